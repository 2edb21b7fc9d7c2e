package up

// ballastSize is in bytes.
const ballastSize = 64 << 20

// ballast is memory that nobody touches, and that therefore is none of the
// machine's; the garbage collector counts it. What an idle Heddle needs is so
// little that it would collect after every few megabytes of requests, which
// takes a tenth of the processor; with the ballast it waits for 64 MB more,
// however much or little else there is. Keep what is returned.
func ballast() []byte { return make([]byte, ballastSize) }
