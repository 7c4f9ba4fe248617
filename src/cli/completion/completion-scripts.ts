/** What makes a shell ask us: each script passes the words to `__complete` and shows the answer. */
export const COMPLETION_SCRIPTS: Readonly<Record<string, (program: string) => string>> = {
  bash: (program) => `# bash completion for ${program}: source <(${program} completion bash)
_${program}() {
  local line="\${COMP_LINE:0:COMP_POINT}" words=() current lines directive taken="" candidate
  read -ra words <<<"$line"
  [[ "$line" == *[[:space:]] ]] && words+=("")
  current="\${words[-1]}"
  lines="$("\${words[0]/#~\\//$HOME/}" __complete "\${words[@]:1}" 2>/dev/null)" || return
  directive="\${lines##*:}"
  lines="\${lines%:*}"
  # What stands before these characters is a word of its own to readline.
  [[ "$current" == *[=:]* ]] && taken="\${current%"\${current##*[=:]}"}"
  COMPREPLY=()
  while IFS=$'\\t' read -r candidate _; do
    [[ -n "$candidate" && "$candidate" == "$current"* ]] && COMPREPLY+=("\${candidate#"$taken"}")
  done <<<"$lines"
  ((directive & 2)) && compopt -o nospace
  ((directive & 4)) || compopt -o default
}
complete -F _${program} ${program}
`,
  zsh: (program) => `#compdef ${program}
# zsh completion for ${program}: source <(${program} completion zsh)
_${program}() {
  local -a lines candidates options
  local directive line
  lines=("\${(@f)$(\${(Q)words[1]} __complete "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  directive="\${lines[-1]#:}"
  for line in "\${(@)lines[1,-2]}"; do
    line="\${line//:/\\\\:}"
    candidates+=("\${line/$'\\t'/:}")
  done
  ((directive & 2)) && options=(-S '')
  if ((\${#candidates})); then
    _describe '${program}' candidates "\${options[@]}"
  elif ! ((directive & 4)); then
    _files
  fi
}
if [[ "\${funcstack[1]}" == "_${program}" ]]; then
  _${program} "$@"
else
  compdef _${program} ${program}
fi
`,
  fish: (program) => `# fish completion for ${program}: ${program} completion fish | source
function __${program}_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l lines ($words[1] __complete $words[2..-1] "$current" 2>/dev/null)
    set -l directive (string replace ':' '' -- $lines[-1])
    if test (count $lines) -gt 1
        printf '%s\\n' $lines[1..-2]
    else if test (math "bitand($directive, 4)") -eq 0
        __fish_complete_path "$current"
    end
end
complete -c ${program} -f -k -a '(__${program}_complete)'
`,
  powershell: (
    program,
  ) => `# PowerShell completion for ${program}: ${program} completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName '${program}' -ScriptBlock {
    param($WordToComplete, $CommandAst, $CursorPosition)
    $Words = @($CommandAst.CommandElements | Where-Object { $_.Extent.StartOffset -lt $CursorPosition } | ForEach-Object { "$_" })
    if ($WordToComplete -eq '') { $Words += '' }
    $Arguments = @($Words | Select-Object -Skip 1 | ForEach-Object { if ($_ -eq '' -and $PSVersionTable.PSVersion -lt [version]'7.3') { '""' } else { $_ } })
    $Lines = @(& $Words[0] __complete @Arguments 2>$null)
    $Lines | Select-Object -SkipLast 1 | ForEach-Object {
        $Text, $Note = $_ -split "\`t", 2
        if (-not $Note) { $Note = $Text }
        [System.Management.Automation.CompletionResult]::new($Text, $Text, 'ParameterValue', $Note)
    }
}
`,
};
