package storage

import (
	"context"
	"errors"
	"io/fs"
	"syscall"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// diskRetry is when a caller may ask a troubled disk again.
const diskRetry = 5 * time.Second

// toFault says in the platform's words what the file system said in its own.
func toFault(err error, raw string) error {
	var known *fault.Error
	var errno syscall.Errno
	switch {
	case err == nil || errors.As(err, &known):
		return err
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return fault.From(err)
	case errors.Is(err, fs.ErrNotExist):
		return fault.Wrap(err, fault.Missing, "files.missing", "There is no %q.", raw)
	case errors.As(err, &errno):
		return errnoFault(err, errno, raw)
	case errors.Is(err, fs.ErrClosed), errors.Is(err, fs.ErrInvalid):
		return fault.From(err)
	case isPathError(err):
		// The only other thing that os.Root refuses by itself is an escape.
		return escapes(raw)
	default:
		return fault.From(err)
	}
}

func isPathError(err error) bool {
	var pe *fs.PathError
	return errors.As(err, &pe)
}

func errnoFault(err error, errno syscall.Errno, raw string) error {
	switch errno {
	case syscall.ENOTDIR:
		return fault.Wrap(err, fault.Conflict, "files.not_a_directory", "%q, or a part of it, is not a directory.", raw)
	case syscall.EISDIR, syscall.EEXIST:
		return isDirectory(raw)
	case syscall.ENOTEMPTY, syscall.EBUSY:
		return fault.Wrap(err, fault.Conflict, "files.busy", "%q is in use; something still writes there.", raw)
	case syscall.ELOOP:
		return fault.Wrap(err, fault.Conflict, "files.link_loop", "%q leads through too many links.", raw)
	case syscall.ENXIO:
		return notRegular(raw)
	case syscall.EACCES, syscall.EPERM:
		return fault.Wrap(err, fault.Denied, "files.permission", "The permissions of %q do not allow this.", raw)
	case syscall.ENAMETOOLONG, syscall.EINVAL, syscall.EILSEQ:
		return badPath("is no name the file system accepts")
	case syscall.ENOSPC:
		return NoSpace(err)
	case syscall.EDQUOT:
		return fault.Wrap(err, fault.Exhausted, "files.quota", "The owner's quota has no room for this file.").WithStatus(507)
	case syscall.EFBIG:
		return TooLarge(0)
	default:
		return fault.Wrap(err, fault.Unavailable, "files.disk", "The file system does not answer as it should; try again shortly.").WithRetry(diskRetry)
	}
}

// NoSpace says that the file system is full. That is not the caller's doing,
// and passes.
func NoSpace(cause error) error {
	return fault.Wrap(cause, fault.Unavailable, "files.no_space", "There is no space left for this file; try again when there is.").WithRetry(diskRetry)
}

// TooLarge says that a file is larger than files may be.
func TooLarge(limit int64) error {
	if limit > 0 {
		return fault.New(fault.Exhausted, "files.too_large", "Files may be at most %d bytes large.", limit).WithStatus(413)
	}
	return fault.New(fault.Exhausted, "files.too_large", "The file is too large.").WithStatus(413)
}

func isDirectory(raw string) error {
	return fault.New(fault.Conflict, "files.is_a_directory", "%q is a directory.", raw)
}

func notRegular(raw string) error {
	return fault.New(fault.Conflict, "files.not_regular", "%q is a pipe, socket or device, not a file.", raw)
}

// Failed is the fault of what the file system did outside a tree's methods.
func Failed(err error) error { return unavailable(err) }
