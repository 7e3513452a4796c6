# Completion of aetherkeep for bash.
_aetherkeep() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} all=" ${COMP_WORDS[*]} "
  local words="init keys health ctl migrate --config --demo --print-config --version --help"
  case $before in
    --config | --ca-file | --state | --key-file) COMPREPLY=($(compgen -f -- "$word")); return ;;
    --scopes) COMPREPLY=($(compgen -W "read write admin read,write read,write,admin" -- "$word")); return ;;
    --type) words="status-changed session-opened session-ended session-expired playback-changed presence-offline config-changed provider-health-changed cache-invalidated" ;;
    keys) words="add list revoke" ;;
    ctl) words="sessions status streams cache config providers keys audit tail top doctor migrate --help" ;;
    sessions) words="list get end" ;;
    status) words="list get watch cancel" ;;
    streams) words="list tail stop" ;;
    cache) words="list get invalidate" ;;
    config) words="list get versions diff nodes edit rollback" ;;
    providers) words="list disable enable" ;;
    --space | --name | --spaces | --expires | --from | --to | --from-prefix | --to-prefix | --rate) return ;;
    *)
      case $all in
        *" keys add "*) words="--name --spaces --scopes --expires --config" ;;
        *" ctl "*)
          words="--url --space --key-file --ca-file --json --yes --user --limit --reason --pattern --tag --type --dry-run --for --once" ;;
        *" migrate "*)
          words="--from --to --from-prefix --to-prefix --dry-run --rate --state --ca-file --by-type --overwrite" ;;
        *" init "*) words="--space --config" ;;
        *" health "*) words="--ready --config" ;;
      esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -F _aetherkeep aetherkeep
