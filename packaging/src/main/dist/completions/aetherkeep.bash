# Completion of aetherkeep for bash.
_aetherkeep() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} all=" ${COMP_WORDS[*]} "
  local words="init keys health --config --demo --print-config --version --help"
  case $before in
    --config) COMPREPLY=($(compgen -f -- "$word")); return ;;
    --scopes) COMPREPLY=($(compgen -W "read write admin read,write read,write,admin" -- "$word")); return ;;
    keys) words="add list revoke" ;;
    --space | --name | --spaces | --expires) return ;;
    *)
      case $all in
        *" keys add "*) words="--name --spaces --scopes --expires --config" ;;
        *" init "*) words="--space --config" ;;
        *" health "*) words="--ready --config" ;;
      esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -F _aetherkeep aetherkeep
