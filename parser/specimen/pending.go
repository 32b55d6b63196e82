package specimen

func gridStyles() []Style    { return nil }
func labelStyles() []Style   { return nil }
func cellStyles() []Style    { return nil }
func charsetStyles() []Style { return nil }
func textStyles() []Style    { return nil }
func officeStyles() []Style  { return nil }
