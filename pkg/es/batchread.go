package es

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// structured is one event of a batch: the JSON format of CloudEvents 1.0.2.
type structured struct {
	SpecVersion string          `json:"specversion"`
	ID          string          `json:"id"`
	Type        string          `json:"type"`
	Source      string          `json:"source"`
	Subject     string          `json:"subject"`
	Time        *time.Time      `json:"time"`
	Actor       string          `json:"actor"`
	Credential  string          `json:"credential"`
	Correlation string          `json:"correlation"`
	Causation   string          `json:"causation"`
	Traceparent string          `json:"traceparent"`
	Data        json.RawMessage `json:"data"`
}

// decodeBatch reads what anybody may have written.
func decodeBatch(body []byte) ([]Event, error) {
	if events, ok := readPlain(body); ok {
		return events, nil
	}
	return readAny(body)
}

func readAny(body []byte) ([]Event, error) {
	var batch []structured
	if err := json.Unmarshal(body, &batch); err != nil {
		return nil, err
	}
	if len(batch) == 0 {
		return nil, errors.New("an empty batch")
	}
	events := make([]Event, len(batch))
	for i, s := range batch {
		if s.SpecVersion != specVersion {
			return nil, fmt.Errorf("CloudEvents version %q", s.SpecVersion)
		}
		if len(s.Data) == 0 {
			return nil, errData
		}
		events[i] = Event{
			ID: s.ID, Type: s.Type, Source: s.Source, Subject: s.Subject, Actor: s.Actor, Credential: s.Credential,
			Correlation: s.Correlation, Causation: s.Causation, Traceparent: s.Traceparent, Data: s.Data,
		}
		if s.Time != nil {
			events[i].Time = s.Time.UTC()
		}
	}
	return events, nil
}
