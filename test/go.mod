module github.com/heddle-dev/heddle/test

go 1.26.0

replace (
	github.com/google/pprof => github.com/google/pprof v0.0.0-20250403155104-27863c87afa6
	github.com/heddle-dev/heddle/cmd/heddle => ../cmd/heddle
	github.com/heddle-dev/heddle/pkg => ../pkg
	github.com/heddle-dev/heddle/services/auth => ../services/auth
	github.com/heddle-dev/heddle/services/files => ../services/files
	github.com/heddle-dev/heddle/services/gateway => ../services/gateway
	github.com/heddle-dev/heddle/services/jobs => ../services/jobs
	github.com/heddle-dev/heddle/services/workflows => ../services/workflows
)

require (
	github.com/heddle-dev/heddle/pkg v0.0.0
	github.com/heddle-dev/heddle/services/auth v0.0.0-00010101000000-000000000000
	github.com/heddle-dev/heddle/services/files v0.0.0
	github.com/heddle-dev/heddle/services/jobs v0.0.0
	github.com/nats-io/nats-server/v2 v2.15.2
	github.com/nats-io/nats.go v1.55.0
)

require (
	github.com/alicebob/miniredis/v2 v2.40.0 // indirect
	github.com/antithesishq/antithesis-sdk-go v0.8.0-default-no-op // indirect
	github.com/cespare/xxhash/v2 v2.3.0 // indirect
	github.com/coreos/go-oidc/v3 v3.21.0 // indirect
	github.com/go-jose/go-jose/v4 v4.1.8 // indirect
	github.com/go-kit/kit v0.13.0 // indirect
	github.com/go-logr/logr v1.4.4 // indirect
	github.com/go-logr/stdr v1.2.2 // indirect
	github.com/google/go-tpm v0.9.8 // indirect
	github.com/klauspost/compress v1.20.3 // indirect
	github.com/minio/highwayhash v1.0.4 // indirect
	github.com/nats-io/jwt/v2 v2.8.2 // indirect
	github.com/nats-io/nkeys v0.4.16 // indirect
	github.com/nats-io/nuid v1.0.1 // indirect
	github.com/yuin/gopher-lua v1.1.1 // indirect
	go.opentelemetry.io/auto/sdk v1.2.1 // indirect
	go.opentelemetry.io/otel v1.47.0 // indirect
	go.opentelemetry.io/otel/log v1.47.0 // indirect
	go.opentelemetry.io/otel/metric v1.47.0 // indirect
	go.opentelemetry.io/otel/trace v1.47.0 // indirect
	golang.org/x/crypto v0.58.0 // indirect
	golang.org/x/oauth2 v0.37.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
	golang.org/x/time v0.16.0 // indirect
)
