# Teams and who may see which folder: a running Grafana takes these by its API alone.
# GRAFANA_ADMIN_PASSWORD=... sh roles.sh https://localhost:3000 tls/certificates/ca.crt
# Then put people into the teams. People are viewers; a team sees its own folder and no other.
set -eu
url="${1:-https://localhost:3000}"
authority="${2:-}"

# The password goes by a pipe that only curl reads, and not by an argument that everybody sees.
ask() {
    method=$1
    path=$2
    body=${3:-}
    printf 'user = "admin:%s"\n' "${GRAFANA_ADMIN_PASSWORD:?set it}" |
        curl --silent --show-error --fail --config - ${authority:+--cacert "$authority"} \
            --request "$method" --header 'content-type: application/json' ${body:+--data "$body"} "$url$path"
}

team_id() {
    ask GET "/api/teams/search?name=$1" | sed -n 's/.*"id":\([0-9][0-9]*\).*/\1/p'
}

# A folder, and the team that sees it.
allow() {
    if ! ask GET "/api/folders/$1" >/dev/null 2>&1; then
        echo "$1: there is no such folder, or $url does not answer" >&2
        return
    fi
    id=$(team_id "$2")
    if [ -z "$id" ]; then
        ask POST /api/teams "{\"name\":\"$2\"}" >/dev/null
        id=$(team_id "$2")
    fi
    # 1 is to view. Administrators see and change everything in any case.
    ask POST "/api/folders/$1/permissions" "{\"items\":[{\"teamId\":$id,\"permission\":1}]}" >/dev/null
    echo "$1: $2"
}
