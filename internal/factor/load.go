package factor

// Load returns how many passwords are hashed at this moment and how many wait
// for their turn, for metrics.
func (p *Passwords) Load() (running, waiting int) {
	running = len(p.cores)
	return running, max(len(p.places)-running, 0)
}
