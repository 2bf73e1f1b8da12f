package triage

// windows keeps, for each key, the events of the last span of time, and the
// episode that they belong to, if there is one. Keys that nothing happens to are
// forgotten, so that memory depends on what goes on at once.
type windows[K comparable] struct {
	t      *lane
	span   int64
	tracks map[K]*track
	swept  int64
}

// track is what goes on at one key.
type track struct {
	recent []event
	open   *episode
	last   int64
}

// maxRecent bounds the events of one key. Far more than any threshold, it is
// met only by floods, whose oldest events then leave before their time.
const maxRecent = 4096

func newWindows[K comparable](t *lane, span Duration) *windows[K] {
	return &windows[K]{t: t, span: span.milliseconds(), tracks: map[K]*track{}}
}

// at returns the key's track, without what is too old at the given time.
func (w *windows[K]) at(key K, now int64) *track {
	w.sweep(now)
	tr := w.tracks[key]
	if tr == nil {
		tr = &track{last: now}
		w.tracks[key] = tr
	}
	w.age(tr, now)
	tr.last = now
	return tr
}

// peek is like at, for keys that have a track.
func (w *windows[K]) peek(key K, now int64) *track {
	tr := w.tracks[key]
	if tr != nil {
		w.age(tr, now)
	}
	return tr
}

func (w *windows[K]) age(tr *track, now int64) {
	if tr.open != nil && now-tr.open.last > w.span {
		w.t.closeEpisode(tr.open)
		tr.open = nil
	}
	n := 0
	for n < len(tr.recent) && now-tr.recent[n].at > w.span {
		n++
	}
	if n > 0 {
		tr.recent = append(tr.recent[:0], tr.recent[n:]...)
	}
}

// push adds an event to what is recent.
func (tr *track) push(e *event) {
	if len(tr.recent) >= maxRecent {
		tr.recent = append(tr.recent[:0], tr.recent[maxRecent/4:]...)
	}
	tr.recent = append(tr.recent, *e)
}

// sweep forgets keys that nothing happened to for the whole span.
func (w *windows[K]) sweep(now int64) {
	if now-w.swept < w.span/2 {
		return
	}
	w.swept = now
	for key, tr := range w.tracks {
		if now-tr.last > w.span {
			w.age(tr, now)
			if tr.open == nil {
				delete(w.tracks, key)
			}
		}
	}
}

// end closes all episodes, in the order in which they began.
func (w *windows[K]) end() {
	for _, tr := range w.tracks {
		if tr.open != nil {
			w.t.closeEpisode(tr.open)
		}
	}
	clear(w.tracks)
}

// begin opens an episode with all that is recent.
func (w *windows[K]) begin(tr *track, ep *episode) {
	for i := range tr.recent {
		ep.add(&tr.recent[i], w.t.thresholds.Evidence)
	}
	tr.open = ep
}
