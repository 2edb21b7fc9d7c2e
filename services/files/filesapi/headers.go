package filesapi

// Headers between the gateway and the door for bytes.
const (
	// HeaderFault marks an answer whose body is a fault.Error as JSON; its
	// value is the fault's kind.
	HeaderFault = "Heddle-Fault"
	// HeaderRequest carries the id of the client's request.
	HeaderRequest = "Heddle-Request"
)
