# Shared by the commands beside it; not a command itself. Sourced by bash.
#
# Installed, this folder lies beside lib/. In a source tree it does not: then the program is in launcher/target/peerbus,
# and is built first where it is missing, or older than a source file.

readonly MIN_JAVA=17
readonly MIN_MAVEN=3.8
command_name=$(basename "$0")

fail() {
  echo "$command_name: $*" >&2
  exit 1
}

# A JVM that is started without one of these gives its number to the first file it opens, which is a jar: the chat would
# read that as if it had been typed, and say it to everybody.
{ : 3<&0; } 2>/dev/null || exec </dev/null
{ : 3>&1; } 2>/dev/null || exec >/dev/null
{ : 3>&2; } || exec 2>/dev/null

# The folder of this script, also through symbolic links.
script=${BASH_SOURCE[0]}
while [ -L "$script" ]; do
  link=$(readlink "$script")
  case $link in
    /*) script=$link ;;
    *) script=$(dirname "$script")/$link ;;
  esac
done
bin=$(cd -P "$(dirname "$script")" && pwd)

find_java() {
  if [ -n "$JAVA_HOME" ]; then
    java=$JAVA_HOME/bin/java
    [ -x "$java" ] || fail "JAVA_HOME is $JAVA_HOME, and there is no bin/java in it"
  else
    java=$(command -v java) || fail "java is not on the PATH; a JDK $MIN_JAVA or later is needed"
  fi
  # The file `release` of a JDK says the version without a JVM to be started.
  local path=$java release
  while [ -L "$path" ]; do
    release=$(readlink "$path")
    case $release in
      /*) path=$release ;;
      *) path=$(dirname "$path")/$release ;;
    esac
  done
  release=$(dirname "$(dirname "$path")")/release
  java_version=
  if [ -r "$release" ]; then
    java_version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$release")
  fi
  if [ -z "$java_version" ]; then
    java_version=$("$java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p' | head -n 1)
  fi
  [ -n "$java_version" ] || fail "$java does not tell its version; a JDK $MIN_JAVA or later is needed"
  [ "$java_version" -ge "$MIN_JAVA" ] || fail "$java is Java $java_version; a JDK $MIN_JAVA or later is needed"
}

check_maven() {
  command -v mvn >/dev/null || fail "mvn is not on the PATH; to build, Maven $MIN_MAVEN or later is needed"
  local version
  version=$(mvn -v 2>/dev/null | sed -n 's/^[^A]*Apache Maven \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
  [ "$(printf '%s\n' "$MIN_MAVEN" "$version" | sort -t. -k1,1n -k2,2n | head -n 1)" = "$MIN_MAVEN" ] \
    || fail "mvn is Maven ${version:-of unknown version}; to build, Maven $MIN_MAVEN or later is needed"
}

# Whether a source is newer than what was built of it. The archive is the last thing that a build makes.
is_stale() {
  local archive
  archive=$(echo "$root"/launcher/target/peerbus-*.tar.gz)
  [ -f "$archive" ] && [ -d "$home/lib" ] || return 0
  [ -n "$(find "$root/pom.xml" "$root/conf" "$root/core" "$root/plugins" "$root/launcher" \
    \( -name target -o -path '*/src/test' \) -prune -o \
    \( -type f -o -type d -path '*/src/main/*' \) -newer "$archive" -print 2>/dev/null | head -n 1)" ]
}

build() {
  local lock=$root/launcher/target/.building log stamp
  mkdir -p "$root/launcher/target"
  # Two commands may start at the same time: one builds, the other waits for it.
  until mkdir "$lock" 2>/dev/null; do
    kill -0 "$(cat "$lock/pid" 2>/dev/null || echo $$)" 2>/dev/null || rm -rf "$lock"
    sleep 0.2
  done
  echo $$ >"$lock/pid"
  trap 'rm -rf "$lock"' EXIT
  if is_stale; then
    check_maven
    [ -d "$home/lib" ] && local why="sources have changed" || local why="first use, this takes a minute"
    echo "$command_name: building Peerbus ($why) ..." >&2
    log=$root/launcher/target/build.log
    stamp=$root/launcher/target/.build-begun
    touch "$stamp"
    mvn -q -B -Dstyle.color=never -f "$root/pom.xml" -pl launcher -am -DskipTests package >"$log" 2>&1 </dev/null \
      || { cat "$log" >&2; fail "the build failed; what Maven said is above and in $log"; }
    # What is changed while the build runs is not in it.
    touch -r "$stamp" "$root"/launcher/target/peerbus-*.tar.gz
  fi
  rm -rf "$lock"
  trap - EXIT
}

find_java
if [ -d "$bin/../lib" ]; then
  home=$(cd "$bin/.." && pwd)
else
  root=$(cd "$bin/../.." && pwd)
  home=$root/launcher/target/peerbus
  if is_stale; then
    build
  fi
fi

tty=
for descriptor in 0 1 2; do
  [ -t $descriptor ] && tty=${tty}1 || tty=${tty}0
done

flags=(-XX:+ExitOnOutOfMemoryError "-Dpeerbus.home=$home" "-Dpeerbus.tty=$tty")
if [ "$java_version" -ge 24 ]; then
  # Netty and protobuf are quick by what these versions warn of.
  flags+=(--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow)
fi
jar=$(echo "$home"/lib/peerbus-launcher-*.jar)
[ -f "$jar" ] || fail "$home is not complete: there is no lib/peerbus-launcher jar"
# The jar names all that it needs. Behind it comes what else is there, such as a native transport of Netty.
classes=$jar:$home/lib/*
