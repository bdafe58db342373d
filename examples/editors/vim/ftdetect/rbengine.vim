" Playbooks end in .rb and are not Ruby: a file is ours when its first word that is no comment says so.
function! s:Recognise() abort
  for l:line in getline(1, 200)
    if l:line =~# '^\s*\%(#.*\)\?$'
      continue
    endif
    if l:line =~# '^\%uFEFF\?\%(runbook\s\+[A-Z]\+-\d\+\>\|\%(policy\|calendar\|app\)\s\+"\|library\s\+\w\+\s\+"\|scenarios\s\+for\s\)'
      setlocal filetype=rbengine
    endif
    return
  endfor
endfunction

autocmd BufNewFile,BufRead *.rb call s:Recognise()
