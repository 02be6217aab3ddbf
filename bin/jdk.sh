# Finds a JDK 25 without starting a JVM. Sourced by bin/sallyport and bin/test, which set `root`.
# find_java RANGE TOOL: sets `java_home` to the first home whose release is in RANGE and that has
# bin/TOOL; returns 1 if there is none. RANGE is `25` (exactly: what the build wants) or `25+`.

# The feature version of the home $1, from its release file, in `feature`.
read_feature() {
    feature=
    [ -r "$1/release" ] || return 1
    while IFS='=' read -r key value; do
        if [ "$key" = JAVA_VERSION ]; then
            value=${value#\"}
            value=${value%\"}
            feature=${value%%[!0-9]*}
        elif [ "$key" = JAVA_RUNTIME_VERSION ]; then
            value=${value#\"}
            java_release=${value%\"}
        fi
    done < "$1/release"
    [ -n "$feature" ]
}

java_fits() { # home range tool
    [ -n "$1" ] && [ -x "$1/bin/$3" ] || return 1
    java_release=
    read_feature "$1" || return 1
    case $2 in
        *+) [ "$feature" -ge "${2%+}" ] || return 1 ;;
        *) [ "$feature" -eq "$2" ] || return 1 ;;
    esac
    : "${java_release:=$feature}"
    java_home=$1
}

find_java() {
    java_fits "${SALLYPORT_JAVA_HOME:-}" "$1" "$2" && return 0
    java_fits "${JAVA_HOME:-}" "$1" "$2" && return 0
    java_fits "$root/runtime" "$1" "$2" && return 0
    java_fits "${JAVA25_HOME:-}" "$1" "$2" && return 0
    on_path=$(command -v java || true)
    if [ -n "$on_path" ]; then
        on_path=$(readlink -f "$on_path" 2>/dev/null || echo "$on_path")
        java_fits "${on_path%/bin/java}" "$1" "$2" && return 0
    fi
    for candidate in /usr/lib/jvm/*25* /opt/*25* /opt/java /opt/java/* \
        "$HOME"/.sdkman/candidates/java/25* "$HOME"/.jdks/*25* \
        /Library/Java/JavaVirtualMachines/*25*/Contents/Home; do
        java_fits "$candidate" "$1" "$2" && return 0
    done
    return 1
}

say_which_java() { # what for
    cat >&2 <<TEXT
sallyport: no JDK 25 found ($1).
Install one, for example Eclipse Temurin 25 (Debian package temurin-25-jdk) or openjdk-25-jdk,
or point SALLYPORT_JAVA_HOME at the folder of one that is already there.
Looked in: SALLYPORT_JAVA_HOME, JAVA_HOME, runtime/, JAVA25_HOME, java on PATH, /usr/lib/jvm,
/opt, ~/.sdkman, ~/.jdks.
TEXT
}
