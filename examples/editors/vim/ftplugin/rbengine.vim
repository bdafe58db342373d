if exists('b:did_ftplugin')
  finish
endif
let b:did_ftplugin = 1

setlocal expandtab shiftwidth=2 softtabstop=2 autoindent
setlocal commentstring=#\ %s comments=:#
setlocal foldmethod=indent foldlevel=99
let b:undo_ftplugin = 'setlocal expandtab< shiftwidth< softtabstop< autoindent< commentstring< comments< foldmethod< foldlevel<'
