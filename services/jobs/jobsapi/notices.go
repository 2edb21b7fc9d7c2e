package jobsapi

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// NoticesBucket is the bucket in which stands since when there may be Notices
// in the journal, so that nobody need look for any where none ever were.
const NoticesBucket = "JOBS_NOTICES"

const (
	sinceKey      = "since"
	noticesWithin = 2 * time.Second
)

// NoticesSince is the mark of the first job of which somebody is to be told.
type NoticesSince struct {
	js  jetstream.JetStream
	cfg jetstream.KeyValueConfig
}

// NewNoticesSince returns the mark as it is reached over nc; 0 replicas mean 1.
func NewNoticesSince(nc *nats.Conn, replicas int) (*NoticesSince, error) {
	js, err := jetstream.New(nc)
	return &NoticesSince{js, jetstream.KeyValueConfig{
		Bucket: NoticesBucket, Description: "since when somebody is to be told of jobs", History: 1,
		Storage: jetstream.FileStorage, Replicas: max(1, replicas),
	}}, err
}

func (n *NoticesSince) bucket(ctx context.Context) (jetstream.KeyValue, error) {
	kv, err := n.js.KeyValue(ctx, NoticesBucket)
	if errors.Is(err, jetstream.ErrBucketNotFound) {
		return n.js.CreateOrUpdateKeyValue(ctx, n.cfg)
	}
	return kv, err
}

// Mark says that beyond the position there may be notices. What was said
// before stays.
func (n *NoticesSince) Mark(ctx context.Context, position uint64) error {
	ctx, cancel := context.WithTimeout(ctx, noticesWithin)
	defer cancel()
	kv, err := n.bucket(ctx)
	if err == nil {
		_, err = kv.Create(ctx, sinceKey, []byte(strconv.FormatUint(position, 10)))
	}
	if errors.Is(err, jetstream.ErrKeyExists) {
		return nil
	}
	return err
}

// Get returns the position that was marked; ok is false if there is none.
func (n *NoticesSince) Get(ctx context.Context) (position uint64, ok bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, noticesWithin)
	defer cancel()
	kv, err := n.js.KeyValue(ctx, NoticesBucket)
	if err == nil {
		var e jetstream.KeyValueEntry
		if e, err = kv.Get(ctx, sinceKey); err == nil {
			position, err = strconv.ParseUint(string(e.Value()), 10, 64)
			return position, err == nil, err
		}
	}
	if errors.Is(err, jetstream.ErrBucketNotFound) || errors.Is(err, jetstream.ErrKeyNotFound) {
		err = nil
	}
	return 0, false, err
}
