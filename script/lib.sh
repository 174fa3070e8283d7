# shellcheck shell=bash
# Sourced by the scripts beside it: where things are, and what the catalogue says.

root=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)

# A relative CARGO_TARGET_DIR counts from the repository, so that a start from another folder
# finds the same build.
target=${CARGO_TARGET_DIR:-target}
case $target in
  /*) ;;
  *) target=$root/$target ;;
esac

# Left by one start for the next.
# shellcheck disable=SC2034  # used by the scripts that source this
bootstrapped_stamp=$target/.charla-bootstrapped
# shellcheck disable=SC2034
model_stamp=$target/.charla-model
# shellcheck disable=SC2034
built_stamp=$target/.charla-built

say() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
}

fail() {
  say "$@"
  exit 1
}

# A rustup that was installed a moment ago, or in another shell, is not on PATH yet.
find_cargo() {
  local env_file=${CARGO_HOME:-${HOME:-}/.cargo}/env
  if [ -f "$env_file" ]; then
    # shellcheck disable=SC1090
    . "$env_file"
  fi
}

# default_model KEY: one value of the catalogue's default model.
default_model() {
  awk -v wanted="$1" '
    function finish() { if (is_default) print value; is_default = 0; value = "" }
    /^\[\[model\]\]/ { finish() }
    match($0, / = /) {
      key = substr($0, 1, RSTART - 1)
      text = substr($0, RSTART + RLENGTH)
      gsub(/^"|"$/, "", text)
      if (key == wanted) value = text
      if (key == "default" && text == "true") is_default = 1
    }
    END { finish() }
  ' "$root/models/catalog.toml"
}
