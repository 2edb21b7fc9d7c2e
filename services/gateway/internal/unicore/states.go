package unicore

import "github.com/heddle-dev/heddle/services/gateway/internal/unicore/description"

var statusWords = description.Status
