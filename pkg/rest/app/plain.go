package app

import (
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/rest/media"
)

// plain is data as core4 spells them (section 4.1).
func plain(data any) any { return media.Plain(data, isoTime) }

// isoTime is UTC without saying so, and without a fraction that is not there.
func isoTime(t time.Time) string { return strings.TrimSuffix(Stamp(t), ".000000") }
