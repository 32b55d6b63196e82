-- Who sent a parcel: the one whose archive has the capture when the parcel cannot be read.
ALTER TABLE parcel ADD COLUMN sender text NOT NULL DEFAULT '';
