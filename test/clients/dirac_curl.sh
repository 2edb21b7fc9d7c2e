#!/bin/sh
# The DIRAC story, told with curl.
#
#     dirac_curl.sh SERVER [USER PASSWORD]
#
# SERVER is e.g. https://127.0.0.1:8080. One line for each check, then
# "N passed, M failed"; exit code 1 if any failed. Needs curl, tar and sed.
set -u
[ $# -eq 1 ] || [ $# -eq 3 ] || { sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 2; }
server=${1%/} user=${2:-demouser} password=${3:-test123}
passed=0 failed=0
dir=$(mktemp -d) || exit 2
trap 'rm -rf "$dir"' EXIT
body=$dir/body head=$dir/head

# ask METHOD PATH [CURL OPTIONS]: leaves $code, $body and $head.
ask() {
	method=$1 path=$2
	shift 2
	code=$(curl -sk -m 60 -u "$user:$password" -X "$method" -D "$head" -o "$body" -w '%{http_code}' "$@" "$server$path")
}

# check TITLE CONDITION...: counts one check.
check() {
	title=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
		echo "ok    $title"
	else
		failed=$((failed + 1))
		echo "FAIL  $title: $code $(head -c 400 "$body" 2>/dev/null)"
	fi
}

is() { [ "$code" = "$1" ]; }
says() { grep -q -- "$1" "$body"; }

# text KEY, number KEY: a member of the flat JSON in $body.
text() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" "$body"; }
number() { sed -n "s/.*\"$1\":\[\{0,1\}\([0-9]*\).*/\1/p" "$body"; }

# becomes JID STATUS: waits for a status, at most 30 seconds.
becomes() {
	end=$(($(date +%s) + 30))
	while ask GET "/jobs/$1"; do
		[ "$(text status)" = "$2" ] && return 0
		[ "$(date +%s)" -lt $end ] || return 1
		sleep 0.1
	done
}

# submit MANIFEST: leaves $jid.
submit() {
	ask POST /jobs -H 'Content-Type: application/json' --data "$1"
	jid=$(number jids)
}

# covers: D1-057 D1-058 D1-062 D1-064
submit '{ Executable: "/bin/echo", Arguments: "Hello World", JobName: "greeting" }'
check 'a manifest is submitted' is 200
check 'it is Done' becomes "$jid" Done
check 'it has its name' says '"name":"greeting"'
check 'its times are known' says '"endExecution":"20'

# covers: D1-052 D1-053 D1-054
ask GET "/jobs/$jid/manifest"
check 'its manifest is as it was' says '"Arguments":"Hello World"'
check 'with defaults' says '"StdOutput":"std.out"'
ask GET /jobs/1
check 'an unknown job is 404' is 404
check 'in the form of an error' says '"error_description"'

# covers: D1-056
ask GET "/jobs/$jid/outputsandbox"
check 'its output sandbox is there' is 200
tar xzf "$body" -C "$dir" 2>/dev/null
check 'with its output in it' [ "$(cat "$dir/std.out" 2>/dev/null)" = 'Hello World' ]

# covers: D1-042 D1-045 D1-049 D1-050
ask GET '/jobs?Status=Done&Status=Failed&JobName=greeting&maxJobs=1'
check 'it is in the list' says "\"jid\":$jid,"
ask GET '/jobs/summary'
check 'it is counted' says '"Done":'

submit '{"Executable": "/bin/sh", "Arguments": "-c '"'exit 3'"'"}'
check 'exit 3 is Failed' becomes "$jid" Failed
check 'with its code' says 'code 3'

# covers: D1-065
submit '{"Executable": "/bin/sleep", "Arguments": "600"}'
check 'sleep is Running' becomes "$jid" Running
ask GET "/jobs/$jid/outputsandbox"
check 'it has no output sandbox yet' is 404
ask DELETE "/jobs/$jid"
check 'it is killed' is 200
check 'and is Killed' becomes "$jid" Killed
ask DELETE "/jobs/$jid?killonly=false"
check 'it is deleted' is 200
ask GET "/jobs/$jid"
check 'and gone' is 404

# covers: D1-059 D1-060 D1-061 D1-055
printf '#!/bin/sh\ncat data.txt\n' >"$dir/run.sh"
echo 'from the client' >"$dir/data.txt"
ask POST /jobs -F 'manifest={"Executable": "run.sh", "OutputSandbox": ["std.out"]}' -F "a=@$dir/run.sh" -F "b=@$dir/data.txt"
jid=$(number jids)
check 'a manifest with files is submitted' is 200
check 'it is Done' becomes "$jid" Done
ask GET "/jobs/$jid/manifest"
check 'the files are in its manifest' says '"InputSandbox":\["SB:'
mkdir "$dir/out" "$dir/in"
ask GET "/jobs/$jid/outputsandbox"
tar xzf "$body" -C "$dir/out" 2>/dev/null
check 'they were there' [ "$(cat "$dir/out/std.out" 2>/dev/null)" = 'from the client' ]
ask GET "/jobs/$jid/inputsandbox"
tar xzf "$body" -C "$dir/in" 2>/dev/null
check 'they come back' cmp -s "$dir/in/data.txt" "$dir/data.txt"

head -c 5242880 /dev/urandom >"$dir/noise.bin"
ask POST /jobs -F "f=@$dir/noise.bin" -F "f=@$dir/data.txt" -F 'manifest={"Executable": "sha256sum", "Arguments": "noise.bin"}'
jid=$(number jids)
check 'files of any kind are submitted, before their manifest' is 200
check 'it is Done' becomes "$jid" Done
rm -rf "$dir/out" && mkdir "$dir/out"
ask GET "/jobs/$jid/outputsandbox"
tar xzf "$body" -C "$dir/out" 2>/dev/null
check 'they were there, every byte' [ "$(cut -c 1-64 "$dir/out/std.out" 2>/dev/null)" = "$(sha256sum <"$dir/noise.bin" | cut -c 1-64)" ]
ask POST /sandbox/input -F "f=@$dir/run.sh" -F "f=@$dir/data.txt"
sandbox=$(text sandbox)
check 'a sandbox is sent by itself' is 200
submit "{\"Executable\": \"run.sh\", \"InputSandbox\": [\"$sandbox\"]}"
check 'and named by a manifest' becomes "$jid" Done
ask GET "/sandbox?sburl=$sandbox"
rm -rf "$dir/in" && mkdir "$dir/in"
tar xzf "$body" -C "$dir/in" 2>/dev/null
check 'it comes back' cmp -s "$dir/in/run.sh" "$dir/run.sh"
submit '{"Executable": "run.sh", "InputSandbox": ["SB:Heddle|/sha256/0000000000000000000000000000000000000000000000000000000000000000"]}'
check 'one that is not there is 400' is 400
check 'and is named' says 'SB:Heddle|/sha256/0000'

ask POST /jobs --data-urlencode 'manifest={"Executable": "/bin/true"}' --data-urlencode 'manifest={"Executable": "/bin/true"}'
check 'two manifests are two jobs' says '"jids":\[[0-9]*,[0-9]*\]'

ask POST /jobs -H 'Content-Type: application/json' --data '[{"Executable": "/bin/true"}, {"CPUTime": 1}]'
check 'one wrong manifest is enough' is 400
check 'and is named' says '"errno":1501'

# covers: D1-037
code=$(curl -sk -m 60 -D "$head" -o "$body" -w '%{http_code}' "$server/jobs")
check 'without credentials there is nothing' is 401
code=$(curl -sk -m 60 -H 'Authorization: Bearer forged' -o "$body" -w '%{http_code}' "$server/jobs")
check 'nor with a forged token' is 401

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
