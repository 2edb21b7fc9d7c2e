// Package listentest gives tests addresses to listen on that nobody else
// takes. It is separate so that only tests draw lots for addresses.
package listentest

import (
	"fmt"
	"math/rand/v2"
)

// Host is an address on the loopback network that nobody else uses. A port on
// it can be chosen freely, and is still free when a server comes back to it;
// one of 127.0.0.1 may by then belong to another test or to a connection.
func Host() string {
	return fmt.Sprintf("127.%d.%d.%d", 1+rand.IntN(254), rand.IntN(256), 1+rand.IntN(254))
}
