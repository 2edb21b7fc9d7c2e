package tornado

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"syscall"
)

// Numbers of errors that DIRAC's clients know. Those below 1000 are POSIX's;
// from 1000 on each hundred belongs to a system: generic, core (1100),
// framework, interfaces, configuration, workload management (1500), data
// management, requests, accounting, transformations (1900), resources.
const (
	ENOENT      = int(syscall.ENOENT)
	EACCES      = int(syscall.EACCES)
	EEXIST      = int(syscall.EEXIST)
	ETYPE       = 1000
	ENOMETH     = 1002
	EVALUE      = 1004
	ENOGROUP    = 1108
	ENOAUTH     = 1111
	EDB         = 1130
	EELNOFOUND  = 1146
	EWMSJDL     = 1501
	EWMSRESC    = 1502
	EWMSSUBM    = 1503
	EWMSSTATUS  = 1505
	EWMSNOMATCH = 1510
	EWMSNOPILOT = 1550
	EFILESIZE   = 1601
	EBADCKS     = 1603
	EFCERR      = 1604
	ERESGEN     = 2000
	ERESUNA     = 2001
	ERESUNK     = 2002
)

// Errno is what a number means: its name, its text, and the HTTP status of an
// S_ERROR in Plain mode; 0 is 500.
type Errno struct {
	Name, Text string
	Status     int
}

// errnos are DIRAC's.
var errnos = map[int]Errno{
	ETYPE: {"ETYPE", "Object Type Error", 400}, 1001: {"EIMPERR", "Failed to import library", 0},
	ENOMETH: {"ENOMETH", "No such method or function", 404}, 1003: {"ECONF", "Configuration error", 0},
	EVALUE: {"EVALUE", "Wrong value passed", 400}, 1005: {"EEEXCEPTION", "runtime general exception", 0},
	1010: {"ECTMPF", "Failed to create temporary file", 0}, 1011: {"EOF", "Cannot open file", 0},
	1012: {"ERF", "Cannot read from file", 0}, 1013: {"EWF", "Cannot write to file", 0},
	1014: {"ESPF", "Cannot set permissions to file", 0},

	1100: {"EX509", "Generic Error with X509", 401}, 1101: {"EPROXYFIND", "Can't find proxy", 401},
	1102: {"EPROXYREAD", "Can't read proxy", 401}, 1103: {"ECERTFIND", "Can't find certificate", 401},
	1104: {"ECERTREAD", "Can't read certificate", 401}, 1105: {"ENOCERT", "No certificate loaded", 401},
	1106: {"ENOCHAIN", "No chain loaded", 401}, 1107: {"ENOPKEY", "No private key loaded", 401},
	ENOGROUP: {"ENOGROUP", "No DIRAC group", 403}, 1110: {"EDISET", "DISET Error", 0},
	ENOAUTH: {"ENOAUTH", "Unauthorized query", 403}, 1120: {"E3RDPARTY", "3rd party security service error", 0},
	1121: {"EVOMS", "VOMS Error", 0}, EDB: {"EDB", "Database Error", 503}, 1131: {"EMYSQL", "MySQL Error", 503},
	1132: {"ESQLA", "SQLAlchemy Error", 503}, 1140: {"EMQUKN", "Unknown MQ Error", 503},
	1141: {"EMQNOM", "No messages", 503}, 1142: {"EMQCONN", "MQ connection failure", 503},
	EELNOFOUND: {"EELNOFOUND", "Index not found", 404}, 1147: {"EEZOMBIE", "Zombie process", 0},
	1148: {"EENOPID", "No PID of process", 0}, 1150: {"EATOKENFIND", "Can't find a bearer access token.", 401},
	1151: {"EATOKENREAD", "Can't read a bearer access token.", 401}, 1152: {"ETOKENTYPE", "Unsupported access token type.", 401},
	1400: {"ESECTION", "Section is not found", 0},

	1500: {"EWMSUKN", "Unknown WMS error", 0}, EWMSJDL: {"EWMSJDL", "Invalid job description", 400},
	EWMSRESC: {"EWMSRESC", "Job to reschedule", 409}, EWMSSUBM: {"EWMSSUBM", "Job submission error", 403},
	1504: {"EWMSJMAN", "Job management error", 0}, EWMSSTATUS: {"EWMSSTATUS", "Job status error", 409},
	EWMSNOMATCH: {"EWMSNOMATCH", "No match found", 404}, EWMSNOPILOT: {"EWMSNOPILOT", "No pilots found", 404},
	EFILESIZE: {"EFILESIZE", "Bad file size", 422}, 1602: {"EGFAL", "Error with the gfal call", 0},
	EBADCKS: {"EBADCKS", "Bad checksum", 422}, EFCERR: {"EFCERR", "FileCatalog error", 502},
	1700: {"ERMSUKN", "Unknown RMS error", 0}, 1900: {"ETSUKN", "Unknown Transformation System Error", 0},
	1901: {"ETSDATA", "Invalid Input Data definition", 0}, ERESGEN: {"ERESGEN", "Unknown Resource Failure", 502},
	ERESUNA: {"ERESUNA", "Resource not available", 503}, ERESUNK: {"ERESUNK", "Unknown Resource", 404},
}

// posix are the statuses of POSIX's numbers.
var posix = map[int]int{ENOENT: http.StatusNotFound, EACCES: http.StatusForbidden, EEXIST: http.StatusConflict}

// registry is a table of numbers, extensions included.
type registry map[int]Errno

// extended is DIRAC's table with an extension's numbers. One that is taken, or
// POSIX's, is an error.
func extended(more map[int]Errno) (registry, error) {
	out := maps.Clone(errnos)
	for n, e := range more {
		taken, ok := errnos[n]
		switch {
		case ok:
			return nil, fmt.Errorf("the error number %d is %s's", n, taken.Name)
		case n < 1000 || e.Name == "" || e.Text == "":
			return nil, fmt.Errorf("the error number %d needs a name and a text, and begins at 1000", n)
		case e.Status != 0 && (e.Status < 400 || e.Status > 599):
			return nil, fmt.Errorf("the error number %d has the status %d", n, e.Status)
		}
		out[n] = e
	}
	return out, nil
}

// Strerror is what one of DIRAC's or POSIX's numbers means, in the words of
// DIRAC's clients.
func Strerror(errno int) string { return registry(errnos).text(errno) }

func (t registry) text(errno int) string {
	if errno == 0 {
		return "Undefined error"
	}
	if e, ok := t[errno]; ok {
		return e.Text
	}
	if text := syscall.Errno(errno).Error(); errno > 0 && errno < 1000 && !strings.HasPrefix(text, "errno ") {
		return strings.ToUpper(text[:1]) + text[1:]
	}
	return fmt.Sprintf("Unknown error %d", errno)
}

// status is the HTTP status of an S_ERROR in Plain mode.
func (t registry) status(errno int) int {
	if s := t[errno].Status; s != 0 {
		return s
	}
	if s := posix[errno]; s != 0 {
		return s
	}
	return http.StatusInternalServerError
}
