package systems

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

const (
	asJSON = "application/json;charset=UTF-8"
	asHTML = "text/html; charset=utf-8"
)

// kinds are the systems. What differs between them is data: addresses, and how a
// list leads to its further pages.
var kinds = []kind{
	{
		name: "hanweb-jpage", section: "/col/col30500/index.html", column: "/col/col30516/index.html", offices: "/col/col30517/index.html",
		article: "/art/%[2]d/1/20/art_30516_%[1]d.html",
		pager: func(s *server, list string, rows []int, i, n int) string {
			var b strings.Builder
			for _, k := range part(rows, 1) {
				fmt.Fprintf(&b, `<record><![CDATA[<li><a href="%s%s" title="%s">%s</a></li>]]></record>`, s.site.Base, s.articlePath(k), s.site.Reports[k].Title, s.site.Reports[k].Title)
			}
			return fmt.Sprintf(`<div id="32978"><script type="text/xml"><datastore><totalrecord>%[1]d</totalrecord><recordset>%[2]s</recordset></datastore></script></div>
				<script>$("#32978").jpage({totalRecord:%[1]d,perPage:15,proxyUrl:'%[3]s/module/web/jpage/dataproxy.jsp',params:{col:1,appid:1,webid:55,path:'/',columnid:%[4]s,sourceContentType:1,unitid:32978}});</script>`,
				len(rows), b.String(), s.site.Base, s.idOf(list))
		},
		hidden: true,
		script: func(s *server, r *http.Request) (string, string, bool) {
			if !strings.HasSuffix(r.URL.Path, "/module/web/jpage/dataproxy.jsp") {
				return "", "", false
			}
			q := values(r)
			rows := s.listOf(q.Get("columnid"))
			var b strings.Builder
			for n := max(number(q.Get("startrecord")), 1); n <= min(number(q.Get("endrecord")), len(rows)); n++ {
				k := rows[n-1]
				fmt.Fprintf(&b, `<record><![CDATA[<li><a href="%s%s">%s</a></li>]]></record>`, s.site.Base, s.articlePath(k), s.site.Reports[k].Title)
			}
			return "text/xml;charset=UTF-8", `<?xml version="1.0" encoding="UTF-8"?><datastore><totalrecord>` + fmt.Sprint(len(rows)) + `</totalrecord><recordset>` + b.String() + `</recordset></datastore>`, true
		},
	},
	{
		name: "hanweb-xxgk", section: "/zfxxgk/index.html", column: "/xxgk/jcms_files/jcms1/web14/site/zfxxgk/nb.html", offices: "/xxgk/jcms_files/jcms1/web14/site/zfxxgk/bmnb.html",
		article: "/xxgk/jcms_files/jcms1/web14/site/art/%[2]d/1/20/art_1501_%[1]d.html",
		hidden:  true,
		pager: func(s *server, list string, _ []int, _, _ int) string {
			return fmt.Sprintf(`<iframe src="%s/module/xxgk/search.jsp?standardXxgk=1&isAllList=1&infotypeId=%s&currpage=1" title="政府信息公开年报"></iframe>`, s.site.Base, s.idOf(list))
		},
		script: func(s *server, r *http.Request) (string, string, bool) {
			if !strings.HasSuffix(r.URL.Path, "/module/xxgk/search.jsp") {
				return "", "", false
			}
			q := values(r)
			rows, i := s.listOf(q.Get("infotypeId")), number(q.Get("currpage"))
			more := ""
			if i*PerPage < len(rows) {
				more = fmt.Sprintf(`<a href="%s/module/xxgk/search.jsp?standardXxgk=1&isAllList=1&infotypeId=%s&currpage=%d">下一页</a>`, s.site.Base, q.Get("infotypeId"), i+1)
			}
			return asHTML, "<div>" + s.markup(rows, i) + more + "</div>", true
		},
	},
	{
		name: "hanweb-jpaas", section: "/col/zfxxgk/index.html", column: "/col/zfxxgknb/index.html", offices: "/col/bmnb/index.html", article: "/art/%[2]d/1/20/art_%[1]d.html",
		hidden: true,
		pager: func(s *server, list string, _ []int, _, _ int) string {
			return fmt.Sprintf(`<div id="zw"></div><script src="/script/AuthorizedRead/unitbuild.js" url="%s/api-gateway/jpaas-publish-server/front/page/build/unit" queryData="{'parseType':'bulidstatic','webId':'3630','tplSetId':'5HrZiFGO','pageType':'column','tagId':'正文列表','editType':'null','pageId':'%s'}"></script>`,
				s.site.Base, s.idOf(list))
		},
		script: func(s *server, r *http.Request) (string, string, bool) {
			if !strings.HasSuffix(r.URL.Path, "/front/page/build/unit") {
				return "", "", false
			}
			q := values(r)
			var at struct {
				PageNo int `json:"pageNo"`
			}
			if json.Unmarshal([]byte(q.Get("paramJson")), &at) != nil || at.PageNo == 0 {
				at.PageNo = 1
			}
			text, err := json.Marshal(s.markup(s.listOf(q.Get("pageId")), at.PageNo))
			if err != nil || q.Get("tagId") != "正文列表" {
				return asJSON, `{"success":false}`, true
			}
			return asJSON, `{"success":true,"code":"200","data":{"html":` + string(text) + `}}`, true
		},
	},
	{
		name: "trs-static", section: "/zfxxgk/", column: "/zfxxgk/zfxxgknb/", offices: "/zfxxgk/zfxxgknb/bmxznb/", article: "/zfxxgk/zfxxgknb/202201/t%[2]d0120_%[1]d.html",
		page: func(list string, n int) string { return fmt.Sprintf("%sindex_%d.html", list, n-1) },
		pager: func(_ *server, _ string, _ []int, i, n int) string {
			return fmt.Sprintf(`<script>createPageHTML(%d, %d, "index", "html");</script>`, n, i-1)
		},
	},
	{
		name: "trs-was", section: "/xxgk/", column: "/xxgk/gknb/", offices: "/xxgk/bmgknb/", article: "/xxgk/gknb/t%[2]d0120_%[1]d.shtml",
		hidden: true,
		pager: func(s *server, list string, _ []int, _, _ int) string {
			return fmt.Sprintf(`<ul id="list"></ul><script>var chnlid = "%s"; var channelid = "264851"; $.getJSON("%s/was5/web/search", {channelid: channelid}, show);</script>`, s.idOf(list), s.site.Base)
		},
		script: func(s *server, r *http.Request) (string, string, bool) {
			if !strings.HasSuffix(r.URL.Path, "/was5/web/search") {
				return "", "", false
			}
			q := values(r)
			rows := s.listOf(strings.TrimPrefix(q.Get("searchword"), "chnlid="))
			return asJSON, fmt.Sprintf(`{"count":%d,"pages":%d,"rows":%s}`, len(rows), (len(rows)+PerPage-1)/PerPage, s.objects(rows, number(q.Get("page")), `{"doctitle":%q,"docpuburl":%q,"docid":%d}`)), true
		},
	},
	{
		name: "gkmlpt", section: "/gkmlpt/index", column: "/gkmlpt/none", offices: "/gkmlpt/nowhere", article: "/gkmlpt/content/2/%[2]d/post_%[1]d.html",
		nav: func(s *server) string {
			return fmt.Sprintf(`<div id="app"></div><script>window._CONFIG = {SID: '662021', TREE: [{"id":1,"name":"政府信息公开指南","children":[]},{"id":%s,"name":"政府信息公开年报","children":[{"id":%s,"name":"部门政府信息公开年报","children":[]}]}]};</script>`, columnID, officesID)
		},
		pager: func(*server, string, []int, int, int) string { return "" },
		script: func(s *server, r *http.Request) (string, string, bool) {
			_, rest, ok := strings.Cut(r.URL.Path, "/gkmlpt/api/all/")
			if !ok {
				return "", "", false
			}
			rows := s.listOf(rest)
			return asJSON, fmt.Sprintf(`{"total":%d,"articles":%s}`, len(rows), s.objects(rows, number(values(r).Get("page")), `{"title":%q,"url":%q,"id":%d,"abstract":"这一篇的摘要比它的标题还要长，不是它的名字，也没有年份，只是说明文字而已。"}`)), true
		},
	},
	{
		name: "channel-search", section: "/zwgk/zfxxgk/", column: "/zwgk/zfxxgk/gknb/list.shtml", offices: "/zwgk/zfxxgk/bmnb/list.shtml", article: "/zwgk/c%[1]d/%[2]d01/c00_%[1]d.shtml",
		hidden: true,
		pager: func(s *server, list string, _ []int, _, _ int) string {
			return fmt.Sprintf(`<script>var channelId = "18f551ccae%s"; var api = "%s/common/search/"; load(api + channelId + "?_isAgg=true&_isJson=true");</script>`, s.idOf(list), s.site.Base)
		},
		script: func(s *server, r *http.Request) (string, string, bool) {
			_, id, ok := strings.Cut(r.URL.Path, "/common/search/18f551ccae")
			if !ok {
				return "", "", false
			}
			rows := s.listOf(id)
			return asJSON, fmt.Sprintf(`{"channelName":"年报","data":{"total":%d,"rows":%d,"results":%s}}`, len(rows), PerPage, s.objects(rows, number(values(r).Get("page")), `{"title":%q,"url":%q,"manuscriptId":"%d"}`)), true
		},
	},
	{
		name: "kaipu-infolist", section: "/xxgk/index.html", column: "/xxgk/column/zfxxgknb.html", offices: "/xxgk/column/bmnb.html", article: "/xxgk/content/%[1]d.html",
		hidden: true,
		pager: func(s *server, list string, _ []int, _, _ int) string {
			return fmt.Sprintf(`<script>var param = {channelId: "%s", pageIndex: 1, pageSize: 15}; $.post("%s/xxgk/getInfoList", param, show);</script>`, s.idOf(list), s.site.Base)
		},
		script: func(s *server, r *http.Request) (string, string, bool) {
			if !strings.HasSuffix(r.URL.Path, "/xxgk/getInfoList") {
				return "", "", false
			}
			if r.Method != http.MethodPost {
				return asJSON, `{"code":405}`, true
			}
			q := values(r)
			rows := s.listOf(q.Get("channelId"))
			return asJSON, fmt.Sprintf(`{"code":200,"data":{"pageCount":%d,"list":%s}}`, (len(rows)+PerPage-1)/PerPage, s.objects(rows, number(q.Get("pageIndex")), `{"infoTitle":%[1]q,"infoId":%[3]d}`)), true
		},
	},
	{
		name: "longxun-label", section: "/public/index.html", column: "/public/column/6596281?type=4&catId=30516&action=list", offices: "/public/column/6596281?type=4&catId=30517&action=list", article: "/public/content/%[1]d",
		hidden: true,
		pager: func(s *server, list string, rows []int, _, n int) string {
			return fmt.Sprintf(`<script>Ls.ajax({url: '%s/site/label/8888', labelName: 'publicInfoList', siteId: 6795621, organId: 6596281, catId: %s, pageCount: %d});</script>`, s.site.Base, s.idOf(list), n)
		},
		script: func(s *server, r *http.Request) (string, string, bool) {
			if !strings.HasSuffix(r.URL.Path, "/site/label/8888") {
				return "", "", false
			}
			q := values(r)
			return asHTML, "<div class=\"xxgk_navli\">" + s.markup(s.listOf(q.Get("catId")), number(q.Get("pageIndex"))) + "</div>", true
		},
	},
	{
		name: "boda-vsb", home: "/index.htm", section: "/zfxxgk.htm", column: "/zfxxgk/zfxxgknb.htm", offices: "/zfxxgk/bmnb.htm", article: "/info/1023/%[1]d.htm",
		page:  suffixed("/%d.htm", ".htm"),
		pager: nextLinks(suffixed("/%d.htm", ".htm")),
	},
	{
		name: "sudy-query", section: "/zfxxgk/main.htm", column: "/zfxxgk/gknb/list.htm", offices: "/zfxxgk/bmnb/list.htm", article: "/%[2]d/0120/c30516a%[1]d/page.htm",
		hidden: true,
		pager: func(s *server, list string, _ []int, _, _ int) string {
			return fmt.Sprintf(`<script>$.post("%s/_wp3services/generalQuery?queryObj=articles", {siteId: 12, columnId: %s, pageIndex: 1, rows: 15}, show);</script>`, s.site.Base, s.idOf(list))
		},
		script: func(s *server, r *http.Request) (string, string, bool) {
			if !strings.HasSuffix(r.URL.Path, "/_wp3services/generalQuery") {
				return "", "", false
			}
			q := values(r)
			rows := s.listOf(q.Get("columnId"))
			return asJSON, fmt.Sprintf(`{"total":%d,"pageCount":%d,"data":%s}`, len(rows), (len(rows)+PerPage-1)/PerPage, s.objects(rows, number(q.Get("pageIndex")), `{"title":%q,"url":%q,"articleId":%d}`)), true
		},
	},
	{
		name: "asp-postback", home: "/Default.aspx", section: "/zfxxgk/Index.aspx", column: "/zfxxgk/List.aspx?id=31", offices: "/zfxxgk/List.aspx?id=32", article: "/zfxxgk/Show.aspx?ArticleID=%[1]d",
		pager: postbackPager,
		script: func(s *server, r *http.Request) (string, string, bool) {
			if r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, "/zfxxgk/List.aspx") {
				return "", "", false
			}
			list := "/zfxxgk/List.aspx?" + r.URL.RawQuery
			rows, q := s.rows(list), values(r)
			if q.Get("__VIEWSTATE") != viewState {
				return asHTML, "<html><h1>运行时错误</h1></html>", true
			}
			i := number(q.Get("__EVENTARGUMENT"))
			return asHTML, s.page("政府信息公开年报", s.markup(rows, i)+postbackPager(s, list, rows, i, (len(rows)+PerPage-1)/PerPage)), true
		},
	},
	{
		name: "folders-by-year", section: "/zwgk/zfxxgk/", column: "/zwgk/zfxxgk/gknb/", offices: "/zwgk/zfxxgk/bmnb/", article: "/zwgk/zfxxgk/gknb/%[2]d/t%[2]d0120_%[1]d.html",
		years: "/zwgk/zfxxgk/gknb/n%d/",
		page:  suffixed("/index_%d.html", "/"),
		pager: nextLinks(suffixed("/index_%d.html", "/")),
	},
	{
		name: "queries-by-year", section: "/zfxxgk.jsp", column: "/list.jsp?columnId=301", offices: "/list.jsp?columnId=302", article: "/view.jsp?infoId=%[1]d",
		years: "/list.jsp?columnId=301&nd=%d",
		page:  func(list string, n int) string { return fmt.Sprintf("%s&page=%d", list, n) },
		pager: nextLinks(func(list string, n int) string { return fmt.Sprintf("%s&page=%d", list, n) }),
	},
	{
		name: "wordpress", section: "/category/zfxxgk/", column: "/category/zfxxgk/nianbao/", offices: "/category/zfxxgk/bumen-nianbao/", article: "/%[2]d/01/20/post-%[1]d/",
		page:  suffixed("/page/%d/", "/"),
		pager: nextLinks(suffixed("/page/%d/", "/")),
	},
	{
		name: "phpcms", section: "/index.php?m=content&c=index&a=lists&catid=20", column: "/index.php?m=content&c=index&a=lists&catid=21", offices: "/index.php?m=content&c=index&a=lists&catid=22", article: "/index.php?m=content&c=index&a=show&catid=21&id=%[1]d",
		page:  func(list string, n int) string { return fmt.Sprintf("%s&page=%d", list, n) },
		pager: nextLinks(func(list string, n int) string { return fmt.Sprintf("%s&page=%d", list, n) }),
	},
	{
		name: "dedecms", section: "/zfxxgk/", column: "/zfxxgk/gknb/", offices: "/zfxxgk/bmnb/", article: "/zfxxgk/gknb/%[2]d/0120/%[1]d0.html",
		page:  suffixed("/list_12_%d.html", "/"),
		pager: nextLinks(func(list string, n int) string { return list + fmt.Sprintf("list_12_%d.html", n) }),
	},
	{
		name: "founder-xy", section: "/zfxxgk/node_1005.html", column: "/zfxxgk/node_1006.html", offices: "/zfxxgk/node_1007.html", article: "/zfxxgk/%[2]d-01/20/content_%[1]d.html",
		page:  suffixed("_%d.html", ".html"),
		pager: nextLinks(suffixed("_%d.html", ".html")),
	},
	{
		name: "siteweaver", section: "/Category_20/Index.aspx", column: "/Category_21/Index.aspx", offices: "/Category_22/Index.aspx", article: "/Item/%[1]d.aspx",
		page:  suffixed("_%d.aspx", ".aspx"),
		pager: nextLinks(suffixed("_%d.aspx", ".aspx")),
	},
}

const viewState = "/wEPDwUKLTEyMzQ1Njc4OQ=="

func postbackPager(_ *server, list string, _ []int, i, n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<form method="post" action=%q><input type="hidden" name="__EVENTTARGET" value=""><input type="hidden" name="__VIEWSTATE" id="__VIEWSTATE" value=%q><input type="hidden" name="__EVENTVALIDATION" value="abc">`, list, viewState)
	for p := 1; p <= n; p++ {
		if p != i {
			fmt.Fprintf(&b, `<a href="javascript:__doPostBack('AspNetPager1','%d')">%d</a>`, p, p)
		}
	}
	b.WriteString("</form>")
	return b.String()
}
