# Sourced by mvnw. Sets JAVA_HOME to a JDK that can build this project, or says what is missing and
# ends. Looks at JAVA_HOME, then the PATH, then the usual places of Linux, macOS, SDKMAN and other
# installers; JDK_PLACES replaces that last list (patterns, one a line).

needed=21

# the major version of the JDK at $1, or nothing where there is none that can compile
jdk_version() {
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || return 0
  version=
  [ ! -r "$1/release" ] || version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
  [ -n "$version" ] || version=$("$1/bin/java" -XshowSettings:properties -version 2>&1 |
    sed -n 's/^ *java\.specification\.version = \([0-9]*\).*/\1/p')
  printf %s "$version"
}

jdk_is_new_enough() {
  found=$(jdk_version "$1")
  [ -n "$found" ] && [ "$found" -ge "$needed" ]
}

# the directory that holds the bin of a command, its links followed
jdk_of_command() {
  link=$1
  while [ -L "$link" ]; do
    target=$(readlink "$link")
    case $target in
    /*) link=$target ;;
    *) link=$(dirname "$link")/$target ;;
    esac
  done
  (cd "$(dirname "$link")/.." && pwd -P)
}

default_jdk_places() {
  cat <<PLACES
/usr/lib/jvm/*
/usr/lib64/jvm/*
/usr/java/*
/usr/local/java/*
/opt/java/*
/opt/jdk*
/opt/*/jdk*
/Library/Java/JavaVirtualMachines/*/Contents/Home
${HOME-}/Library/Java/JavaVirtualMachines/*/Contents/Home
/opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home
/usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home
${SDKMAN_DIR-${HOME-}/.sdkman}/candidates/java/*
${HOME-}/.jdks/*
${HOME-}/.asdf/installs/java/*
${HOME-}/.local/share/mise/installs/java/*
PLACES
}

find_jdk() {
  if [ -n "${JAVA_HOME-}" ] && jdk_is_new_enough "$JAVA_HOME"; then
    printf %s "$JAVA_HOME"
    return
  fi
  if compiler=$(command -v javac); then
    candidate=$(jdk_of_command "$compiler")
    if jdk_is_new_enough "$candidate"; then
      printf %s "$candidate"
      return
    fi
  fi
  set +f
  default_ifs=$IFS
  IFS='
'
  for candidate in ${JDK_PLACES-$(default_jdk_places)}; do
    if jdk_is_new_enough "$candidate"; then
      IFS=$default_ifs
      printf %s "$candidate"
      return
    fi
  done
}

JAVA_HOME=$(find_jdk)
if [ -z "$JAVA_HOME" ]; then
  echo "This build needs a JDK of version $needed or newer, and there is none in JAVA_HOME, on the PATH or in the usual places: install one, or set JAVA_HOME to it." >&2
  exit 1
fi
export JAVA_HOME
