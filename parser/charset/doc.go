// Package charset finds out which encoding a document's bytes are in and
// decodes them to UTF-8.
//
// It trusts the bytes, not what is said about them: government sites serve
// UTF-8 under a GBK meta, GB18030 under a gb2312 header, and Big5 gateways in
// traditional characters under either. A declaration decides only where the
// bytes leave the choice open. The encodings told apart are those such sites
// use: UTF-8, UTF-16, GB18030 (the superset of GB2312 and GBK, and always the
// table used for them) and Big5. Labels are those of the WHATWG Encoding
// Standard and the ones it lacks (cp936).
//
// Decoding never fails: bytes without meaning become U+FFFD and are counted. A
// few of them do not make a page change its encoding.
package charset
