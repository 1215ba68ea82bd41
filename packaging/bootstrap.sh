#!/usr/bin/env bash
# Makes a checkout runnable: system libraries, a virtual environment, the pinned packages, this project.
# packaging/README.md tells what is installed and why. Speaks Portuguese: whoever runs `make demo` reads it.
set -euo pipefail

readonly MINIMUM="3.11"
# package:shared library that proves it is there on systems where the package has another name
readonly QT_LIBRARIES="libglib2.0-0:libglib-2.0.so.0 libgl1:libGL.so.1 libegl1:libEGL.so.1
  libxkbcommon0:libxkbcommon.so.0 libfontconfig1:libfontconfig.so.1 libdbus-1-3:libdbus-1.so.3"
readonly WINDOW_LIBRARIES="libxcb-cursor0:libxcb-cursor.so.0 libxcb-icccm4:libxcb-icccm.so.4
  libxcb-keysyms1:libxcb-keysyms.so.1 libxcb-shape0:libxcb-shape.so.0 libxcb-image0:libxcb-image.so.0
  libxcb-render-util0:libxcb-render-util.so.0 libxcb-xkb1:libxcb-xkb.so.1 libxkbcommon-x11-0:libxkbcommon-x11.so.0"

say() { printf '%s\n' "$*"; }
stop() { printf '%s\n' "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

for_tests="" with_system="yes"
for argument in "$@"; do
  case "$argument" in
    --for-tests) for_tests="yes" ;;
    --without-system) with_system="" ;;
    -h | --help)
      say "Uso: packaging/bootstrap.sh [--for-tests] [--without-system]   (PYTHON=… e VENV=… mudam o interpretador e a pasta)"
      exit 0
      ;;
    *) stop "Opção desconhecida: $argument (use --for-tests ou --without-system)." ;;
  esac
done

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)"
cd "$ROOT"
venv="${VENV:-.venv}"
case "$venv" in /* | [A-Za-z]:*) ;; *) venv="$ROOT/$venv" ;; esac
requirements="packaging/requirements.txt"
[ -z "$for_tests" ] || requirements="packaging/requirements-dev.txt"

version_of() { # the full version of a Python that works, or nothing
  "$1" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null || true
}

recent() { # is this version ≥ MINIMUM?
  local major="${1%%.*}" rest="${1#*.}"
  [ -n "$1" ] && { [ "$major" -gt 3 ] || { [ "$major" -eq 3 ] && [ "${rest%%.*}" -ge "${MINIMUM#*.}" ]; }; }
}

python="" python_version=""
find_python() {
  local candidate found
  if [ -n "${PYTHON:-}" ]; then
    found="$(version_of "$PYTHON")"
    [ -n "$found" ] || stop "Não consegui executar o Python indicado em PYTHON ($PYTHON)."
    recent "$found" || stop "O Varejo Forte precisa do Python $MINIMUM ou mais novo; $PYTHON é o $found."
    python="$PYTHON" python_version="$found"
    return
  fi
  for candidate in python3.13 python3.12 python3.11 python3 python; do
    have "$candidate" || continue
    found="$(version_of "$candidate")"
    if recent "$found"; then
      python="$candidate" python_version="$found"
      return
    fi
  done
  stop "O Varejo Forte precisa do Python $MINIMUM ou mais novo e não encontrei nenhum; instale-o ou indique-o com PYTHON=/caminho/python3."
}

venv_python() { # Windows keeps it elsewhere
  if [ -x "$venv/Scripts/python.exe" ]; then printf '%s' "$venv/Scripts/python.exe"; else printf '%s' "$venv/bin/python"; fi
}

digest() {
  if have sha256sum; then sha256sum; else shasum -a 256; fi | cut -d ' ' -f 1
}

# --- system libraries ---------------------------------------------------------------------------------------------

postgres_is_there() {
  [ -z "${VAREJOFORTE_TEST_POSTGRES:-}" ] || return 0
  have initdb || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1
}

font_is_there() {
  package_is_there fonts-dejavu-core || [ -n "$(find /usr/share/fonts -name '*.[ot]tf' -print 2>/dev/null | head -n 1)" ]
}

package_is_there() {
  have dpkg-query && dpkg-query -W -f '${Status}\n' "$1" "$1t64" 2>/dev/null | grep -q '^install ok installed'
}

library_is_there() {
  { ldconfig -p 2>/dev/null || ls /usr/lib /usr/lib/*-linux-gnu /usr/lib64 2>/dev/null || true; } |
    grep -F "$1" >/dev/null
}

missing_packages() {
  local pair wanted="$QT_LIBRARIES"
  if [ -n "$for_tests${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then wanted="$wanted $WINDOW_LIBRARIES"; fi
  for pair in $wanted; do
    package_is_there "${pair%%:*}" || library_is_there "${pair##*:}" || say "${pair%%:*}"
  done
  font_is_there || say fonts-dejavu-core
  "${python:-$(venv_python)}" -c 'import ensurepip' 2>/dev/null || say "python${wanted_version%.*}-venv"
  [ -n "$for_tests" ] || return 0
  postgres_is_there || say postgresql
  have Xvfb || say xvfb
  have xauth || say xauth
  have xdotool || say xdotool
  have dbus-daemon || say dbus
  have gnome-keyring-daemon || say gnome-keyring
}

install_packages() { # the names; only Debian and its children have apt-get
  local names="$*" root_command=""
  if [ "$(id -u)" -ne 0 ]; then
    if have sudo && sudo -n true 2>/dev/null; then
      root_command="sudo -n"
    else
      stop "Faltam pacotes do sistema ($names); instale-os com: sudo apt-get install --no-install-recommends $names"
    fi
  fi
  say "Instalando do sistema: $names"
  local log
  log="$(mktemp)"
  # The tests start a private server of their own: the one that Debian would create and start is not wanted.
  # shellcheck disable=SC2016 # expanded by the inner shell
  local script='
    set -e
    export DEBIAN_FRONTEND=noninteractive
    cluster=/etc/postgresql-common/createcluster.conf
    case " $* " in *" postgresql "*)
      [ -e "$cluster" ] || { mkdir -p "${cluster%/*}"; echo "create_main_cluster = false" >"$cluster"; } ;;
    esac
    apt-get update -q
    apt-get install -q -y --no-install-recommends "$@"'
  # shellcheck disable=SC2086 # the empty word must vanish
  if ! $root_command sh -c "$script" sh "$@" >"$log" 2>&1 </dev/null; then
    tail -n 20 "$log" >&2
    rm -f "$log"
    stop "O apt-get não conseguiu instalar: $names"
  fi
  rm -f "$log"
}

prepare_system() {
  [ -n "$with_system" ] || return 0
  if [ "$(uname -s)" != Linux ] || ! have apt-get; then
    say "Sistema sem apt: confira em packaging/README.md as bibliotecas de que o Qt precisa."
    return 0
  fi
  local names
  names="$(missing_packages | tr '\n' ' ')"
  # shellcheck disable=SC2086 # a list of words
  [ -z "${names// /}" ] || install_packages ${names% }
}

# --- the virtual environment ---------------------------------------------------------------------------------------

purpose="run"
[ -z "$for_tests" ] || purpose="tests"
packages_stamp="$venv/.varejoforte-packages-$purpose"
system_stamp="$venv/.varejoforte-system-$purpose"
place_stamp="$venv/.varejoforte-place"

fingerprint() { # of all that decides what the environment holds
  { cat "$1" pyproject.toml packaging/bootstrap.sh src/varejoforte_desktop/__init__.py && printf '%s' "$wanted_version"; } | digest
}

system_fingerprint() {
  { cat packaging/bootstrap.sh && printf '%s' "${DISPLAY:+x}${WAYLAND_DISPLAY:+w}${VAREJOFORTE_TEST_POSTGRES:+p}"; } | digest
}

holds() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }

version_in_venv="$(version_of "$(venv_python)")"
if [ -z "${PYTHON:-}" ] && recent "$version_in_venv"; then
  wanted_version="$version_in_venv"
else
  find_python
  wanted_version="$python_version"
fi

# A folder that was moved, made by another Python or left half made is made again.
usable=""
if [ "$version_in_venv" = "$wanted_version" ] && { [ ! -f "$place_stamp" ] || holds "$place_stamp" "$venv"; }; then
  usable="yes"
fi

print_of_system="$(system_fingerprint)"
if [ -z "$usable" ] || ! holds "$system_stamp" "$print_of_system"; then
  prepare_system
  system_ready="$with_system"
fi
remember_system() { [ -z "${system_ready:-}" ] || say "$print_of_system" >"$system_stamp"; }

if [ -n "$usable" ] && holds "$packages_stamp" "$(fingerprint "$requirements")"; then
  remember_system
  exit 0
fi

if [ -z "$usable" ] || ! "$(venv_python)" -m pip --version >/dev/null 2>&1; then
  [ -n "$python" ] || find_python
  say "Criando o ambiente com o Python $python_version…"
  "$python" -m venv --clear "$venv" || stop "O Python não conseguiu criar o ambiente em $venv."
fi

say "Instalando os pacotes do Python…"
pip_install() {
  "$(venv_python)" -m pip --disable-pip-version-check --no-input install --quiet --quiet --no-warn-script-location "$@" </dev/null ||
    stop "O pip não conseguiu instalar os pacotes; a causa está nas linhas acima."
}
export PIP_ROOT_USER_ACTION=ignore
pip_install --require-hashes --only-binary :all: -r "$requirements"
pip_install --no-deps --no-build-isolation -e .

say "$venv" >"$place_stamp"
remember_system
# What the tests need includes what the program needs.
say "$(fingerprint packaging/requirements.txt)" >"$venv/.varejoforte-packages-run"
say "$(fingerprint "$requirements")" >"$packages_stamp"
say "Pronto."
