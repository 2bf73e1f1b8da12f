package triage

// distinct is the different values of something, in the order met. It lists
// at most keep of them and counts up to maxDistinct.
type distinct[T comparable] struct {
	list []T
	seen map[T]struct{} // once the list is long
	more int            // counted, but not in seen: there were too many
}

const (
	fewDistinct = 16
	maxDistinct = 1 << 16
)

// add tells whether the value is new.
func (d *distinct[T]) add(v T, keep int) bool {
	if d.has(v) {
		return false
	}
	if d.seen == nil && len(d.list) < min(fewDistinct, keep) {
		d.list = append(d.list, v)
		return true
	}
	if d.seen == nil {
		d.seen = make(map[T]struct{}, 2*fewDistinct)
		for _, old := range d.list {
			d.seen[old] = struct{}{}
		}
	}
	if len(d.seen) >= maxDistinct {
		d.more++
		return true
	}
	d.seen[v] = struct{}{}
	if len(d.list) < keep {
		d.list = append(d.list, v)
	}
	return true
}

func (d *distinct[T]) has(v T) bool {
	if d.seen != nil {
		_, ok := d.seen[v]
		return ok
	}
	for _, old := range d.list {
		if old == v {
			return true
		}
	}
	return false
}

func (d *distinct[T]) len() int {
	if d.seen != nil {
		return len(d.seen) + d.more
	}
	return len(d.list)
}
