#!/bin/bash
# One-shot set-up of Elasticsearch for logmill; safe to run again. Writes /secrets/es_api_key and /secrets/token.
set -euo pipefail
es=http://elasticsearch:9200

call() { # METHOD PATH [BODY]
  curl -sS --fail-with-body -u "elastic:${ELASTIC_PASSWORD}" -H 'content-type: application/json' -X "$1" "$es$2" ${3:+-d "$3"}
}

json_text() { # a text as a JSON string; passwords of one line only
  local text=${1//\\/\\\\}
  printf '"%s"' "${text//\"/\\\"}"
}

echo 'password of kibana_system'
call POST /_security/user/kibana_system/_password "{\"password\":$(json_text "$KIBANA_PASSWORD")}" > /dev/null

# What logmill needs and no more: append and read logs and metrics, keep its own two indices, install its templates.
# Nothing is deleted by logmill here: Elasticsearch's data stream lifecycle does, with the retention logmill configures.
role='{
  "cluster": ["monitor", "manage_index_templates"],
  "indices": [
    { "names": ["logs-*", "metrics-*"],
      "privileges": ["create_doc", "read", "auto_configure", "maintenance", "view_index_metadata", "manage_data_stream_lifecycle"] },
    { "names": ["logmill-*"],
      "privileges": ["read", "write", "create_index", "auto_configure", "maintenance", "view_index_metadata"] }
  ]
}'
echo 'role logmill'
call PUT /_security/role/logmill "$role" > /dev/null

if [ ! -s /secrets/es_api_key ]; then
  echo 'API key logmill'
  answer=$(call POST /_security/api_key "{\"name\":\"logmill\",\"role_descriptors\":{\"logmill\":$role}}")
  key=$(sed -n 's/.*"encoded":"\([^"]*\)".*/\1/p' <<< "$answer")
  [ -n "$key" ] || { echo 'no API key in the answer' >&2; exit 1; }
  (umask 077; printf '%s' "$key" > /secrets/es_api_key)
fi
if [ ! -s /secrets/token ]; then
  echo 'token of the HTTP interface'
  (umask 077; head -c 32 /dev/urandom | base64 | tr -d '=+/\n' > /secrets/token)
fi
# logmill runs as the unprivileged user of its image (uid 1000).
chown -R 1000:1000 /secrets
echo 'set-up done'
