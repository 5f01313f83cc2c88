package acctest

// Alter lets f change every request of Core before it is sent.
func (c *Core) Alter(f func(request any)) { c.alter = f }
