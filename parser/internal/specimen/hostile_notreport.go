package specimen

// notReports are pages that a crawl brings in and that are no report. Some
// speak of reports, name the tables' rows, or hold tables of other figures.
func notReports() []Input {
	page := func(name, title, body string) Input {
		return Input{Name: "not-" + name + ".html", NoFacts: true, write: func() []byte {
			return []byte("<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>" + title + "</title></head><body>\n" + body + "\n</body></html>\n")
		}}
	}
	return []Input{
		page("notice", "关于做好2022年政府信息公开工作年度报告编制工作的通知", `<h1>关于做好2022年政府信息公开工作年度报告编制工作的通知</h1>
<p>各乡镇、各部门:请按照国办公开办函〔2021〕30号文件的格式编写本单位的年度报告,于2023年1月31日前报送,逾期的将予通报。</p>
<p>一、报告须有总体情况、主动公开政府信息情况、收到和处理政府信息公开申请情况等六个部分。</p>
<p>二、表格中的数字应当前后一致,没有的填0,不得空白。去年有3个单位迟报,12个单位的表格有误。</p>`),
		page("template", "政府信息公开工作年度报告格式", `<h1>政府信息公开工作年度报告格式(样表)</h1>
<table border="1"><tr><td>信息内容</td><td>本年制发件数</td><td>本年废止件数</td><td>现行有效件数</td></tr><tr><td>规章</td><td></td><td></td><td></td></tr><tr><td>行政规范性文件</td><td></td><td></td><td></td></tr>
<tr><td>行政许可</td><td colspan="3"></td></tr></table><p>填表说明:请勿改动表格的行和列。</p>`),
		page("bulletin", "2022年国民经济和社会发展统计公报", `<h1>2022年国民经济和社会发展统计公报</h1><p>全年地区生产总值215.6亿元,比上年增长4.1%。年末常住人口31.2万人。</p>
<table border="1"><tr><td>指标</td><td>单位</td><td>总计</td></tr><tr><td>粮食产量</td><td>万吨</td><td>23.4</td></tr><tr><td>财政收入</td><td>万元</td><td>98213</td></tr><tr><td>其他</td><td>件</td><td>17</td></tr></table>`),
		page("statistics-of-requests", "2022年第三季度依申请公开情况统计", `<h1>2022年第三季度依申请公开办理情况通报</h1><table border="1"><tr><td>单位</td><td>收到</td><td>办结</td><td>结转</td></tr><tr><td>教育局</td><td>3</td><td>2</td><td>1</td></tr><tr><td>总计</td><td>3</td><td>2</td><td>1</td></tr></table>`),
		page("work-report", "2023年政府工作报告", `<h1>政府工作报告</h1><p>一、2022年工作回顾</p><p>主动公开政府信息2165条,办理建议提案119件,办结率100%。</p><p>二、2023年主要任务</p><p>推进政务公开,规范行政许可12项。</p>`),
		page("budget", "2022年部门预算公开", `<h1>2022年部门预算公开表</h1><table border="1"><tr><td>项目</td><td>预算数(单位:万元)</td></tr><tr><td>行政事业性收费</td><td>1415.50</td></tr><tr><td>政府采购</td><td>320</td></tr><tr><td>总计</td><td>1735.50</td></tr></table>`),
		page("penalties", "2022年行政处罚情况公示", `<h1>2022年行政处罚和行政许可公示</h1><table border="1"><tr><td>类别</td><td>数量</td></tr><tr><td>行政处罚</td><td>45</td></tr><tr><td>行政许可</td><td>812</td></tr></table>`),
		page("list", "政府信息公开年报", `<div class="list"><ul><li><a href="./t1.html">疏附县2022年政府信息公开工作年度报告</a><span>2023-01-20</span></li>
<li><a href="./t2.html">疏附县2021年政府信息公开工作年度报告</a><span>2022-01-21</span></li><li><a href="./t3.html">疏附县2020年政府信息公开工作年度报告</a><span>2021-01-22</span></li></ul>
<table><tr><td>序号</td><td>标题</td><td>日期</td></tr><tr><td>1</td><td>疏附县2019年政府信息公开工作年度报告</td><td>2020-01-20</td></tr></table></div><script>createPageHTML(12, 0, "index", "html")</script>`),
		page("guide", "政府信息公开指南", `<h1>政府信息公开指南</h1><p>一、主动公开</p><p>二、依申请公开:本机关自收到申请之日起20个工作日内答复,需要延期的不超过20个工作日。</p><p>三、监督:联系电话0998-1234567。</p>`),
		page("interpretation", "一图读懂年度报告格式", `<h1>年度报告格式有何变化</h1><p>“(六)其他处理”由1项改为3项,“本年新制作数量”改为“本年制发件数”,表格由5张并为4张。</p>`),
		page("waf", "访问被拦截", `<h1>您的请求可能存在攻击行为</h1><p>请求已被拦截,事件编号 202301201005-77-3315,请联系管理员。</p><script>var _wafid = 405;</script>`),
		page("waf-script", "", `<script>(function(){var x="`+times(3000, "\\x5f\\x30")+`";document.cookie="wzws="+x;location.reload();})()</script>`),
		page("soft-404", "404", `<h1>您访问的页面不存在或已删除</h1><p>3秒后返回首页。可能的原因:1.地址有误;2.页面已迁移。</p>`),
		page("soft-404-titled", "疏附县2022年政府信息公开工作年度报告", `<h1>疏附县2022年政府信息公开工作年度报告</h1><p>您要查看的信息已下线。</p>`),
		page("attachment-only", "疏附县2022年政府信息公开工作年度报告", `<h1>疏附县2022年政府信息公开工作年度报告</h1><p>附件:<a href="/files/W020230120.docx">疏附县2022年政府信息公开工作年度报告.docx</a>(128KB)</p>`),
		page("image-only", "疏附县2022年政府信息公开工作年度报告", `<h1>疏附县2022年政府信息公开工作年度报告</h1><p><img src="W1.jpg"></p><p><img src="W2.jpg"></p>`),
		page("login", "用户登录", `<form><table><tr><td>用户名</td><td><input></td></tr><tr><td>验证码</td><td><input value="5512"></td></tr></table></form>`),
		page("scripted", "政务公开", `<div id="app"></div><script src="/static/js/chunk-vendors.8f2.js"></script><noscript>请启用脚本。</noscript>`),
		page("redirect", "", `<meta http-equiv="refresh" content="0;url=/zwgk/index.html"><script>location.href='/zwgk/index.html'</script>`),
		page("frames", "", `<iframe src="a.html"></iframe><iframe src="b.html"></iframe>`),
		page("personnel", "机构设置", `<h1>机构领导</h1><table><tr><td>姓名</td><td>职务</td><td>自然人</td><td>其他</td><td>总计</td></tr><tr><td>某某</td><td>主任</td><td>1</td><td>2</td><td>3</td></tr></table>`),
		page("english", "Annual report", `<h1>Annual Report 2022</h1><table><tr><th>Item</th><th>Total</th></tr><tr><td>Requests</td><td>120</td></tr></table>`),
		page("research-table", "企业类型统计", `<h1>2022年各类市场主体统计表</h1><table><tr><td></td><td>商业企业</td><td>科研机构</td><td>社会公益组织</td><td>法律服务机构</td><td>其他</td><td>总计</td></tr><tr><td>本年新增数量</td><td>7</td><td>6</td><td>5</td><td>4</td><td>3</td><td>25</td></tr><tr><td>上年结转数量</td><td>1</td><td>1</td><td>1</td><td>1</td><td>1</td><td>5</td></tr></table>`),
		page("court", "2022年行政诉讼案件统计", `<h1>全县法院2022年行政诉讼案件统计</h1><table><tr><td>结果维持</td><td>结果纠正</td><td>其他结果</td><td>尚未审结</td><td>总计</td></tr><tr><td>4</td><td>1</td><td>2</td><td>0</td><td>7</td></tr></table>`),
		{Name: "not-json.json", NoFacts: true, write: func() []byte {
			return []byte(`{"code":500,"msg":"系统繁忙","data":{"total":0,"rows":[]}}`)
		}},
		{Name: "not-rss.xml", NoFacts: true, write: func() []byte {
			return []byte(`<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>政府信息公开年报</title><item><title>疏附县2022年政府信息公开工作年度报告</title></item></channel></rss>`)
		}},
		{Name: "not-headers.html", NoFacts: true, write: func() []byte {
			return []byte("HTTP/1.1 302 Found\r\nLocation: /index.html\r\nContent-Length: 0\r\n\r\n")
		}},
	}
}
