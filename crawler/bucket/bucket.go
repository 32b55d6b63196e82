package bucket

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// Errors of a store; match with errors.Is.
var (
	// ErrAddress says that a text is no address of a folder in a store.
	ErrAddress = errors.New("want s3://BUCKET or s3://BUCKET/FOLDER")
	// ErrCredentials says that there is nothing to sign requests with.
	ErrCredentials = errors.New("no credentials; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE with a credentials file")
)

const scheme = "s3://"

// Is reports whether a name means a folder in a store, and not one on a disk.
func Is(name string) bool { return strings.HasPrefix(name, scheme) }

// Config says where a store is and who asks. The zero value is Amazon's, with
// the credentials of the user's file.
type Config struct {
	// Endpoint is the address of a store that is not Amazon's, such as
	// https://minio.example:9000; http is for loopback and closed networks.
	Endpoint string
	Region   string // where the bucket is; "" asks the store
	// The key, its secret and the token of a session, as AWS_ACCESS_KEY_ID and the
	// like have them. Without a key those of the user's credentials file are taken.
	AccessKey, SecretKey, SessionToken string
	// Instance allows credentials that the machine's cloud gives it.
	Instance bool
}

// A Bucket is a folder in a store. Its methods are safe for concurrent use.
type Bucket struct {
	client *minio.Client
	name   string // of the bucket
	folder string // "" or a path that ends in /
	where  string // the endpoint, for messages
}

// attempts is how often one request is tried before it has failed.
const attempts = 4

// Open names a folder, "s3://bucket/folder"; it asks the store nothing.
func Open(address string, cfg Config) (*Bucket, error) {
	name, folder, _ := strings.Cut(strings.TrimPrefix(address, scheme), "/")
	if !Is(address) || name == "" || strings.ContainsAny(address, "?#@ ") {
		return nil, fmt.Errorf("%s: %w", address, ErrAddress)
	}
	if folder = strings.Trim(path.Clean("/"+folder), "/"); folder != "" {
		folder += "/"
	}
	b := &Bucket{name: name, folder: folder, where: "s3.amazonaws.com"}
	secure := true
	if cfg.Endpoint != "" {
		u, err := url.Parse(cfg.Endpoint)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.User != nil {
			return nil, fmt.Errorf("the endpoint %q: want an address such as https://minio.example:9000", cfg.Endpoint)
		}
		b.where, secure = u.Host, u.Scheme == "https"
	}
	keys := credentials.NewStaticV4(cfg.AccessKey, cfg.SecretKey, cfg.SessionToken)
	if cfg.AccessKey == "" {
		chain := []credentials.Provider{&credentials.FileAWSCredentials{}}
		if cfg.Instance {
			chain = append(chain, &credentials.IAM{})
		}
		keys = credentials.NewChainCredentials(chain)
	}
	client, err := minio.New(b.where, &minio.Options{Creds: keys, Secure: secure, Region: cfg.Region, MaxRetries: attempts})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", address, err)
	}
	b.client = client
	return b, nil
}

// String is the folder's address.
func (b *Bucket) String() string { return strings.TrimSuffix(scheme+b.name+"/"+b.folder, "/") }

// Of is the address of a file.
func (b *Bucket) Of(name string) string { return scheme + b.name + "/" + b.folder + name }

// Check finds out whether the bucket is there and can be asked.
func (b *Bucket) Check(ctx context.Context) error {
	if keys, err := b.client.GetCreds(); err != nil || keys.AccessKeyID == "" {
		return fmt.Errorf("%s: %w", b, ErrCredentials)
	}
	there, err := b.client.BucketExists(ctx, b.name)
	if err != nil {
		return b.explain(ctx, b.String(), err)
	}
	if !there {
		return b.explain(ctx, b.String(), minio.ErrorResponse{Code: minio.NoSuchBucket})
	}
	return nil
}

// explain says of a failure what was asked, and what to do.
func (b *Bucket) explain(ctx context.Context, what string, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	advice := ""
	answer := minio.ToErrorResponse(err)
	switch answer.Code {
	case minio.NoSuchBucket:
		return fmt.Errorf("%s: there is no bucket %s at %s; make it first, or look at AWS_ENDPOINT_URL", what, b.name, b.where)
	case minio.NoSuchKey:
		return fmt.Errorf("%s: %w", what, fs.ErrNotExist)
	case "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken":
		advice = "; look at AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN"
	case minio.AccessDenied:
		advice = "; the key needs s3:ListBucket, s3:GetObject and s3:PutObject there"
	case "AuthorizationHeaderMalformed", "PermanentRedirect":
		advice = "; look at AWS_REGION"
	case "":
		advice = fmt.Sprintf("; is %s the store's address (AWS_ENDPOINT_URL)?", b.where)
	}
	if answer.Code != "" && answer.Message != "" {
		err = fmt.Errorf("%s (%s)", strings.TrimSuffix(answer.Message, "."), answer.Code)
	}
	return fmt.Errorf("%s: %w%s", what, err, advice)
}

// Put sends a file. When it returns nil the store keeps it whole: the request
// carries its digest.
func (b *Bucket) Put(ctx context.Context, name, file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	// In one request, so that there is the whole file or none.
	_, err = b.client.PutObject(ctx, b.name, b.folder+name, f, info.Size(), minio.PutObjectOptions{ContentType: "application/warc", SendContentMd5: true, DisableMultipart: true})
	if err != nil {
		return b.explain(ctx, b.Of(name), err)
	}
	return nil
}

// A File is one in a store.
type File struct {
	Name string // below the folder, such as 01ab/nianbao-….warc.gz
	Size int64  // in octets
}

// Files are the WARC files below the folder, in the order of their names.
func (b *Bucket) Files(ctx context.Context) (all []File, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for o := range b.client.ListObjects(ctx, b.name, minio.ListObjectsOptions{Prefix: b.folder, Recursive: true}) {
		if o.Err != nil {
			return nil, b.explain(ctx, b.String(), o.Err)
		}
		if strings.HasSuffix(o.Key, ".warc.gz") || strings.HasSuffix(o.Key, ".warc") {
			all = append(all, File{strings.TrimPrefix(o.Key, b.folder), o.Size})
		}
	}
	return all, nil
}

// Open opens a file for reading from any place. An error of a file that is not
// there is an fs.ErrNotExist. Reads that fail are tried again from where they
// were. Reading ends with ctx.
func (b *Bucket) Open(ctx context.Context, name string) (*Reader, error) {
	info, err := b.client.StatObject(ctx, b.name, b.folder+name, minio.StatObjectOptions{})
	if err != nil {
		return nil, b.explain(ctx, b.Of(name), err)
	}
	return &Reader{ctx: ctx, b: b, name: name, size: info.Size, etag: info.ETag}, nil
}

// A Reader reads a file of a store. It is an io.ReadSeekCloser.
type Reader struct {
	ctx  context.Context
	b    *Bucket
	name string
	size int64
	etag string
	at   int64
	body io.ReadCloser // from at on; nil: not asked for
}

// Size is the file's, in octets.
func (r *Reader) Size() int64 { return r.size }

// Read implements io.Reader.
func (r *Reader) Read(p []byte) (n int, err error) {
	if r.at >= r.size {
		return 0, io.EOF
	}
	for try := range attempts {
		if try > 0 {
			select {
			case <-time.After(time.Duration(try) * 200 * time.Millisecond):
			case <-r.ctx.Done():
			}
		}
		if err := r.ctx.Err(); err != nil {
			return 0, err
		}
		if r.body == nil {
			if err = r.ask(); err != nil {
				continue
			}
		}
		n, err = r.body.Read(p)
		r.at += int64(n)
		if n > 0 {
			return n, nil // what is wrong shows at the next
		}
		r.drop()
		if err == nil || err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
	}
	return 0, r.b.explain(r.ctx, r.b.Of(r.name), err)
}

// ask begins an answer where the reader is.
func (r *Reader) ask() error {
	o := minio.GetObjectOptions{}
	if err := errors.Join(o.SetRange(r.at, r.size-1), o.SetMatchETag(r.etag)); err != nil {
		return err
	}
	body, info, _, err := (&minio.Core{Client: r.b.client}).GetObject(r.ctx, r.b.name, r.b.folder+r.name, o)
	if err != nil {
		return err
	}
	r.body = body
	if info.ETag != r.etag { // some stores do not look at what has to match
		r.drop()
		return errors.New("the file changed while it was read")
	}
	return nil
}

func (r *Reader) drop() {
	if r.body != nil {
		_ = r.body.Close() // it was only read
		r.body = nil
	}
}

// Seek implements io.Seeker.
func (r *Reader) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += r.at
	case io.SeekEnd:
		offset += r.size
	}
	if offset < 0 {
		return 0, fmt.Errorf("%s: %w", r.b.Of(r.name), fs.ErrInvalid)
	}
	if offset != r.at {
		r.drop()
		r.at = offset
	}
	return r.at, nil
}

// Close implements io.Closer.
func (r *Reader) Close() error {
	r.drop()
	return nil
}
