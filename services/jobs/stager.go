package jobs

import (
	"context"

	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// stager writes inputs through the files service, as the job's owner: the
// service can do no more in a working directory than its owner could.
type stager struct{ files filesapi.Service }

func owner(ctx context.Context, j jobsapi.Job) context.Context {
	return who.With(ctx, who.Principal{ID: j.Owner, Name: j.OwnerName, Group: j.Group, Method: "component"})
}

func (s stager) There(ctx context.Context, j jobsapi.Job) error {
	_, err := s.files.Storage(owner(ctx, j), filesapi.StorageRequest{ID: j.Storage()})
	return err
}

func (s stager) Stage(ctx context.Context, j jobsapi.Job, in jobsapi.Input) error {
	ctx = owner(ctx, j)
	_, err := s.files.Write(ctx, filesapi.WriteRequest{
		Path: filesapi.Path{Storage: j.Storage(), Path: in.Path}, Data: []byte(in.Data), Permissions: in.Permissions, Mode: in.Mode,
	})
	return err
}
