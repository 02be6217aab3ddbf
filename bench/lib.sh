# Parts that the benchmarks share: an issuer made of openssl, a throw-away sshd, a running node.
# Sourced by the scripts beside it; everything lives in $WORK and ends with the script.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
SALLYPORT=${SALLYPORT:-"$ROOT/bin/sallyport"} # another build can be measured
WORK=$(mktemp -d "${TMPDIR:-/tmp}/sallyport-bench.XXXXXX")
PIDS=()

cleanup() {
    local pid
    for pid in "${PIDS[@]}"; do
        kill "$pid" 2>/dev/null || true
    done
    for pid in "${PIDS[@]}"; do
        wait "$pid" 2>/dev/null || true
    done
    rm -rf "$WORK"
}
trap cleanup EXIT

need() {
    local tool missing=()
    for tool in "$@"; do
        command -v "$tool" >/dev/null 2>&1 || missing+=("$tool")
    done
    [ ${#missing[@]} -eq 0 ] || {
        echo "bench: missing: ${missing[*]} (apt-get install openssh-client openssh-server openssl xxd)" >&2
        exit 1
    }
}

free_port() {
    python3 -c 'import socket; s=socket.socket(); s.bind(("127.0.0.1",0)); print(s.getsockname()[1])'
}

await_port() { # PORT
    local i
    for i in $(seq 1 300); do
        (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return 0
        read -r -t 0.1 <> <(:) || true
    done
    echo "bench: nothing listens on port $1" >&2
    return 1
}

b64url() { base64 -w0 | tr '+/' '-_' | tr -d '='; }

# Makes an RSA key and its JWKS (RFC 7517) in $WORK.
issuer_init() {
    openssl genrsa -out "$WORK/issuer.pem" 2048 2>/dev/null
    local n
    n=$(openssl rsa -in "$WORK/issuer.pem" -noout -modulus | sed 's/Modulus=//' | xxd -r -p | b64url)
    printf '{"keys":[{"kty":"RSA","kid":"bench","alg":"RS256","use":"sig","e":"AQAB","n":"%s"}]}\n' "$n" \
        > "$WORK/jwks.json"
}

# Prints a token (RFC 7519) of agent NAME, valid for ten minutes.
issuer_token() { # NAME
    local now header payload
    now=$(date +%s)
    header=$(printf '{"alg":"RS256","kid":"bench","typ":"JWT"}' | b64url)
    payload=$(printf '{"iss":"https://issuer.bench.test","aud":"sallyport","sub":"%s","owner":"bench-owner","run":"run-1","iat":%d,"exp":%d,"jti":"%s"}' \
        "$1" "$now" "$((now + 600))" "$(openssl rand -hex 16)" | b64url)
    printf '%s.%s.%s' "$header" "$payload" \
        "$(printf '%s.%s' "$header" "$payload" | openssl dgst -sha256 -sign "$WORK/issuer.pem" -binary | b64url)"
}

# Starts an sshd that trusts the certificate authority in FILE and, for the comparison, one plain key.
# Its home is empty: what this machine's user has in .bashrc is not what is measured.
target_sshd() { # NAME PORT CA-FILE
    local dir="$WORK/sshd-$1"
    mkdir -p "$dir"
    [ "$(id -u)" != 0 ] || mkdir -p /run/sshd
    ssh-keygen -q -t ed25519 -N '' -f "$dir/host_key"
    [ -e "$WORK/plain_key" ] || ssh-keygen -q -t ed25519 -N '' -f "$WORK/plain_key"
    cp "$WORK/plain_key.pub" "$dir/authorized_keys"
    cat > "$dir/sshd_config" <<SSHD
Port $2
ListenAddress 127.0.0.1
HostKey $dir/host_key
PidFile none
TrustedUserCAKeys $3
AuthorizedKeysFile $dir/authorized_keys
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
PrintMotd no
PrintLastLog no
SetEnv HOME=$dir
MaxStartups 500:30:1000
MaxSessions 500
Subsystem sftp internal-sftp
SSHD
    "$(command -v sshd || echo /usr/sbin/sshd)" -D -e -f "$dir/sshd_config" > "$dir/log" 2>&1 &
    PIDS+=($!)
    await_port "$2"
}

# Prints the median of the numbers on standard input.
median() { sort -n | awk '{v[NR]=$1} END {print (NR%2) ? v[(NR+1)/2] : (v[NR/2]+v[NR/2+1])/2}'; }

# Prints the wall time of a command in milliseconds.
milliseconds() {
    local start end
    start=$(date +%s%N)
    "$@" > /dev/null
    end=$(date +%s%N)
    echo $(((end - start) / 1000000))
}
