"""What people asked in vain, written by hand: each line is one thing, put in several ways.

Simplified and traditional characters, slips of an input method, pinyin, other orders of words, other words around it,
English with its endings. Beside each other stand things that look alike and are not.
"""

ASKED = """
怎么申请退款 | 如何申请退款？ | 退款怎么申请 | 怎麼申請退款 | 怎么申请退宽 | 请问一下怎样申请退款呢 | shenqing tuikuan
申请退货 | 怎么退货 | 退货流程怎么走
退款多久到账 | 退款几天能到账 | 退款到帳要多久
退款失败 | 退款失敗怎麼辦 | 退款没成功
发票抬头怎么改 | 修改发票抬头 | 發票抬頭怎麼改 | 发票台头怎么改 | 抬头写错了发票怎么改
开具增值税专用发票 | 怎么开增值税专用发票 | 開增值稅專用發票
密码忘了怎么办 | 忘记密码 | 忘記密碼怎麼辦 | 密码忘记了
wifi密码是多少 | WiFi 密碼 | 公司wifi密码
打印机脱机 | 打印机显示脱机怎么处理 | 打印機脫機 | 打印机托机
打印机卡纸了 | 打印机卡纸怎么办
打印机缺墨 | 打印机没墨了
快递几天到 | 快递要几天才能到 | 快遞幾天到
能不能货到付款 | 支持货到付款吗 | 貨到付款可以嗎
会员积分怎么兑换 | 积分兑换 | 積分怎麼兌換 | 积分怎么兑换礼品
会员积分什么时候过期 | 积分有效期 | 积分过期时间
how do I reset my password | reset password | pasword reset | password reset how to | resetting my password
cancel my subscription | how to cancel subscription | subscription cancelation | can i cancel my subscripton
export data to excel | exporting data to Excel | how can I export my data to excel?
where is my invoice | where do I find my invoice | invoice where?
change delivery address | how do I change the delivery address | delivery adress change
how to install the driver | driver installation | install driver
upgrade to pro plan | how do I upgrade to the pro plan
downgrade plan | how to downgrade my plan
refund how long | how long does a refund take | how long for refund
API rate limit | what is the api rate limit | rate limits of the API
tracking number not working | my tracking number doesnt work
微信支付失败 | 微信付款失败怎么办 | wechat 支付失败 | 微信支付失敗
账号被冻结 | 帳號被凍結了怎麼辦 | 我的账号冻结了 | 账号被冻结如何解冻
系统登录不上去 | 登录不上系统 | 系统登陆不上
VPN 连不上 | vpn连接不上 | VPN連不上
保修期多久 | 保修多长时间 | 保固期多久
合同盖章流程 | 合同盖章怎么走流程 | 合約蓋章流程
员工出差报销标准 | 出差报销标准是多少 | 差旅报销标准
营业时间 | 你们几点营业 | 營業時間 | 营业时间是几点到几点
两步验证怎么开 | 开启两步验证 | 兩步驗證怎麼開
新员工入职流程 | 入职手续怎么办
客户投诉怎么处理 | 处理客户投诉
加班工资怎么算 | 加班費怎麼算
年假有几天 | 年假天数 | 年假幾天
蓝牙耳机连不上手机 | 蓝牙耳机连接不上手机 | 藍牙耳機連不上手機
蓝牙耳机充不进电 | 蓝牙耳机充电充不进
"""

THINGS: tuple[tuple[str, ...], ...] = tuple(
    tuple(way.strip() for way in line.split("|")) for line in ASKED.strip().splitlines()
)
