package acctest

// Alter lets f change every request of Core before it is sent.
func (c *Core) Alter(f func(request any)) { c.alter = f }

// Returned is the private state that the provider returned with the planned state.
func (p *CorePlan) Returned() []byte { return p.returned.private }
