# Makes certificates for the stack beside this script. Names of your own: sh certificates.sh grafana.example.org 192.0.2.1
# What is there is kept; remove the folder `certificates` to make all of them anew, and restart the stack.
set -eu
umask 077
cd "$(dirname "$0")"
mkdir -p certificates
cd certificates

names="DNS:localhost,IP:127.0.0.1"
for part in alertmanager alloy collector grafana jaeger loki prometheus; do
    names="$names,DNS:$part"
done
for name in "$@"; do
    case "$name" in
        *[!0-9.]*) names="$names,DNS:$name" ;;
        *) names="$names,IP:$name" ;;
    esac
done

if [ ! -f ca.crt ]; then
    openssl req -x509 -newkey rsa:3072 -sha256 -days 3650 -nodes -subj "/CN=observability authority" \
        -addext "keyUsage=critical,keyCertSign,cRLSign" -keyout ca.key -out ca.crt
fi

# One certificate: its name, what it is for, and whom it names.
certificate() {
    if [ -f "$1.crt" ]; then
        return
    fi
    openssl req -new -newkey rsa:2048 -nodes -subj "/CN=$1" -keyout "$1.key" -out "$1.csr"
    {
        echo "basicConstraints=CA:FALSE"
        echo "keyUsage=digitalSignature,keyEncipherment"
        echo "extendedKeyUsage=$2"
        echo "subjectAltName=$3"
    } >"$1.ext"
    openssl x509 -req -sha256 -days 397 -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -extfile "$1.ext" -out "$1.crt"
    rm "$1.csr" "$1.ext"
}

certificate server serverAuth "$names"
certificate client clientAuth "DNS:client"

# The containers' users are others than yours: they read all but the authority's key.
chmod 0755 .
chmod 0644 ca.crt server.crt server.key client.crt client.key
