" Made by examples/editors/made.py from the grammar's words; edit that, never this.
if exists('b:current_syntax')
  finish
endif

syntax include @rbengineSql syntax/sql.vim
unlet! b:current_syntax
syntax case match

syntax keyword rbengineWord above acknowledges after again ago alert alerts all allow and answer answers any app
syntax keyword rbengineWord approval approvals approve approves as ask asked at before breach business by calendar
syntax keyword rbengineWord call called change changed changes check checking choose claims contact containing covered
syntax keyword rbengineWord covers crash daily day default diagnose doubling drift during each either else escalate
syntax keyword rbengineWord escalated escalation every expect expire failure fault finding for found from function
syntax keyword rbengineWord give gives handed holds holidays hours if impact in input irreversible is judged least
syntax keyword rbengineWord library like limits list manual match may maybe message messages monthly more most mttr
syntax keyword rbengineWord need never next no not note nothing observes of on once optional or otherwise over owner
syntax keyword rbengineWord parallel people person policy prevent procedure progress query record recover refuses
syntax keyword rbengineWord repeatable replica resolve resolved retry role row rows runbook same scenario scenarios
syntax keyword rbengineWord secret sent settings severity showing skip sql starts step stop symptoms table tags task
syntax keyword rbengineWord than tier timeout times timezone to transaction try undo undone until up use verify wait
syntax keyword rbengineWord weekly when where with within without world
syntax keyword rbengineConstant true false present absent empty failed immediate it
syntax keyword rbengineType contained text bool int decimal percent duration instant date uuid email url phone json
syntax keyword rbengineType contained bytes money

syntax match rbengineField /\.\h\w*/
syntax match rbengineCall /\<\h\w*\.\h\w*\ze(/
syntax match rbengineArgument /\<\h\w*\ze *:/
syntax match rbengineBinding /^ *\zs\h\w*\ze *=\_[^=]/
syntax match rbengineTyped /: *\%(list of \|optional \|secret \)*\h\w*/ contains=rbengineType,rbengineWord
syntax match rbengineNumber /\<\d[0-9.:-]*\%(ms\|[smhd]\|%\)\?\>/
syntax match rbenginePlace +\<[A-Z]\+-\d\+\%(/[A-Za-z0-9._-]\+\)*+
syntax match rbengineComment /#.*$/ contains=@Spell
syntax region rbengineString start=/"/ skip=/\\./ end=/"\|$/ contains=rbengineHole,@Spell
syntax region rbengineHole matchgroup=Special start=/{{/ end=/}}/ contained contains=rbengineField
syntax match rbengineParameter /:\@1<!:\h\w*\%(\.\h\w*\)*/ contained containedin=@rbengineSql

" raw blocks: as long as lines are deeper than the line that opens them
syntax region rbengineSqlBlock matchgroup=rbengineWord start=/^\z( *\)\%([^\"#]*[ =]\)\?\%(query \%(one\|maybe\|all\|value\)\>.*\|sql *\)$/ end=/^\%(\z1 \)\@!\ze *\S/ contains=@rbengineSql,rbengineParameter keepend
syntax region rbengineMessage matchgroup=rbengineWord start=/^message\>/ end=/^\ze\S/ contains=rbengineHole,rbengineString,rbengineTag,@Spell keepend
syntax region rbengineTag matchgroup=Special start=/{%/ end=/%}/ contained
syntax region rbengineProse matchgroup=rbengineWord start=/^\%(symptoms\|prevent\)\>/ end=/^\ze\S/ contains=@Spell keepend

highlight default link rbengineWord Keyword
highlight default link rbengineConstant Constant
highlight default link rbengineType Type
highlight default link rbengineCall Function
highlight default link rbengineArgument Identifier
highlight default link rbengineBinding Identifier
highlight default link rbengineNumber Number
highlight default link rbenginePlace Tag
highlight default link rbengineComment Comment
highlight default link rbengineString String
highlight default link rbengineParameter Special

syntax sync fromstart
let b:current_syntax = 'rbengine'
