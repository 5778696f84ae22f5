using System.Globalization;
using System.Net;
using System.Text;
using GrantPortal.Domain.Offices;

namespace GrantPortal.Data.Tests.Receipts;

/// <summary>What a generated receipt says.</summary>
/// <param name="Layout">As in <c>register</c>.</param>
/// <param name="Html">One page.</param>
internal sealed record GeneratedReceipt(int Number, string Layout, string Html, DateOnly Date, long Total, string Issuer, string Registration);

/// <summary>
/// Receipts as shops and system houses print them: six layouts, every number and word drawn from one seed. Each says subtotals, taxes, deposits or unit prices
/// besides its total.
/// </summary>
internal sealed class GeneratedReceipts(int seed)
{
    private static readonly string[] Layouts = ["formal", "register", "invoice", "webshop", "ruled", "boxed"];

    private static readonly string[] Issuers =
    [
        "株式会社見本電機", "有限会社桜通商", "株式会社みらいシステムズ", "合同会社青葉オフィス", "株式会社東和情報サービス", "株式会社中央事務機", "有限会社北斗電器", "株式会社サンプルテック",
    ];

    private static readonly (string Name, string Model, int Price)[] Goods =
    [
        ("ICカードリーダー", "ACR39-NT", 4_980), ("顔認証付きカードリーダー", "DX-M30", 13_000), ("USBカードリーダー", "SCR3310V2", 3_280), ("汎用カードリーダー", "CR-5500U", 9_800),
    ];

    private static readonly string[] Work = ["接続設定作業", "導入サポート費用", "ネットワーク設定", "初期設定・操作説明"];

    private readonly Random random = new(seed);

    public IReadOnlyList<GeneratedReceipt> Make(int count) => [.. Enumerable.Range(1, count).Select(One)];

    /// <summary>All on one document, a page each.</summary>
    public static string Document(IEnumerable<GeneratedReceipt> receipts) =>
        $$"""
        <!doctype html><html lang="ja"><meta charset="utf-8"><style>
        @page { size: 148mm 210mm; margin: 0 }
        * { box-sizing: border-box }
        body { margin: 0; font-family: "Noto Sans CJK JP", sans-serif; font-size: 11pt; color: #111 }
        .page { width: 148mm; height: 209mm; padding: 12mm; break-after: page; overflow: hidden; position: relative }
        .serif { font-family: "Noto Serif CJK JP", serif }
        h1 { font-size: 20pt; text-align: center; letter-spacing: .5em; margin: 0 0 6mm }
        table { border-collapse: collapse; width: 100% } td, th { padding: 1.5mm 2mm; font-weight: normal; text-align: left } .lines td, .lines th { border: 1px solid #333 }
        .num { text-align: right } .right { text-align: right } .big { font-size: 22pt } .issuer { margin-top: 10mm; text-align: right; line-height: 1.6 } .small { font-size: 9pt }
        .row { display: flex; justify-content: space-between } .register { width: 80mm; margin: 0 auto; font-size: 12pt } hr { border: 0; border-top: 1px dashed #333 }
        </style>{{string.Concat(receipts.Select(r => $"<div class=page>{r.Html}</div>"))}}</html>
        """;

    private GeneratedReceipt One(int number)
    {
        var layout = Layouts[(number - 1) % Layouts.Length];
        var issuer = Pick(Issuers);
        var registration = Registration();
        var date = new DateOnly(2026, 4, 1).AddDays(random.Next(200));
        var goods = Pick(Goods);
        var count = random.Next(1, 4);
        var work = Pick(Work);
        var effort = random.Next(10, 60) * 500;
        var net = (goods.Price * count) + effort;
        var tax = net / 10;
        var total = net + tax;
        var facts = new Facts(issuer, registration, date, goods.Name, goods.Model, goods.Price, count, work, effort, net, tax, total, $"0{random.Next(3, 9)}-{random.Next(1000, 9999)}-{random.Next(1000, 9999)}", random.Next(10_000, 99_999));
        var html = layout switch
        {
            "formal" => Formal(facts),
            "register" => Register(facts),
            "invoice" => Invoice(facts),
            "webshop" => WebShop(facts),
            "ruled" => Ruled(facts),
            _ => Boxed(facts),
        };
        return new GeneratedReceipt(number, layout, html, date, total, issuer, registration);
    }

    private sealed record Facts(
        string Issuer, string Registration, DateOnly Date, string Goods, string Model, int Price, int Count, string Work, int Effort, int Net, int Tax, int Total, string Phone, int Slip);

    private static string Formal(Facts f) =>
        $"""
        <h1>領収書</h1>
        <div class=row><span>社会福祉法人みどり会　御中</span><span>発行日　{Date(f.Date, '年')}</span></div>
        <p class="big right" style="border-bottom:2px solid #111;text-align:center">￥{Yen(f.Total)}−</p>
        <p>但し　{f.Goods}（{f.Model}）{f.Count}台、{f.Work}として</p><p>上記正に領収いたしました。</p>
        <table style="width:60mm" class=small><tr><td>税抜金額<td class=num>￥{Yen(f.Net)}<tr><td>消費税額（10％）<td class=num>￥{Yen(f.Tax)}</table>
        <div class=issuer>{f.Issuer}<br>〒100-0013 東京都千代田区霞が関1-2-2<br>TEL {f.Phone}<br>登録番号 {f.Registration}</div>
        """;

    private static string Register(Facts f) =>
        $"""
        <div class=register><div style="text-align:center;font-size:14pt">{f.Issuer}</div><div style="text-align:center" class=small>霞が関店　TEL {f.Phone}<br>登録番号 {f.Registration}</div>
        <p style="text-align:center;font-size:14pt">【領 収 証】</p><div>{f.Date:yyyy/MM/dd}　14:25　レジ02</div><hr>
        <div>{f.Goods} {f.Model}</div><div class=row><span>　@{Yen(f.Price)} × {f.Count}</span><span>¥{Yen(f.Price * f.Count)}</span></div>
        <div class=row><span>{f.Work}</span><span>¥{Yen(f.Effort)}</span></div><hr>
        <div class=row><span>小計</span><span>¥{Yen(f.Net)}</span></div><div class=row><span>消費税等（10%）</span><span>¥{Yen(f.Tax)}</span></div>
        <div class=row style="font-size:18pt"><span>合　計</span><span>¥{Yen(f.Total)}</span></div>
        <div class=row><span>お預り</span><span>¥{Yen(((f.Total / 10_000) + 1) * 10_000)}</span></div><div class=row><span>お釣り</span><span>¥{Yen((((f.Total / 10_000) + 1) * 10_000) - f.Total)}</span></div></div>
        """;

    private static string Invoice(Facts f) =>
        $"""
        <h1 style="letter-spacing:.1em">請求書 兼 領収書</h1>
        <div class=row><div>医療法人社団あおば会 御中<p>ご請求金額　<b style="font-size:16pt">{Yen(f.Total)}円</b>（税込）</p></div><div class="right small">No.{f.Slip}<br>発行日：{Date(f.Date, '和')}<br>{f.Issuer}<br>登録番号：{f.Registration}<br>電話 {f.Phone}</div></div>
        <table class="lines small"><tr><th>品名<th>型番<th>数量<th>単価<th>金額
        <tr><td>{f.Goods}<td>{f.Model}<td class=num>{f.Count}<td class=num>{Yen(f.Price)}<td class=num>{Yen(f.Price * f.Count)}
        <tr><td>{f.Work}<td><td class=num>1<td class=num>{Yen(f.Effort)}<td class=num>{Yen(f.Effort)}
        <tr><td colspan=4 class=num>小計<td class=num>{Yen(f.Net)}<tr><td colspan=4 class=num>消費税（10%）<td class=num>{Yen(f.Tax)}<tr><td colspan=4 class=num>合計（税込）<td class=num>{Yen(f.Total)}</table>
        <p class=small>上記金額を領収いたしました。お支払期限：{Date(f.Date.AddMonths(1), '年')}</p>
        """;

    private static string WebShop(Facts f) =>
        $"""
        <div style="font-size:15pt">ご購入明細・領収書</div><p class=small>注文番号 249-{f.Slip}-7731　　注文日 {Date(f.Date.AddDays(-3), '年')}</p>
        <p>領収日：{Date(f.Date, '年')}</p><p>宛名　みどり訪問介護 様</p>
        <table class=small><tr><td>{f.Goods} {f.Model} ブラック USB接続<td class=num>{f.Count}点<td class=num>￥{Yen(f.Price * f.Count)}<tr><td>{f.Work}<td class=num>1点<td class=num>￥{Yen(f.Effort)}</table><hr>
        <table class=small style="width:70mm;margin-left:auto"><tr><td>商品の小計<td class=num>￥{Yen(f.Net)}<tr><td>配送料<td class=num>￥0<tr><td>消費税<td class=num>￥{Yen(f.Tax)}<tr style="font-size:13pt;font-weight:bold"><td>ご請求額<td class=num>￥{Yen(f.Total)}</table>
        <p class=small>お支払い方法：クレジットカード（下4桁 {f.Slip % 10_000:D4}）</p><p class=small>販売元：{f.Issuer}<br>適格請求書発行事業者登録番号：{f.Registration}<br>カスタマーサービス {f.Phone}</p>
        """;

    private static string Ruled(Facts f) =>
        $"""
        <div class=serif style="border:2px solid #333;padding:8mm"><div class=row><span style="font-size:18pt">領　収　証</span><span class=small>No. {f.Slip}<br>{Date(f.Date, '和')}</span></div>
        <p style="border-bottom:1px solid #333">株式会社見本ケア　様</p>
        <p style="font-size:20pt;text-align:center;border:1px solid #333;padding:3mm">金　{Wide(Yen(f.Total))} 円也</p>
        <p>但　{f.Goods} {f.Model}　{f.Count}台・{f.Work}代として<br>上記の金額正に領収いたしました</p>
        <p class=small>内訳　税抜金額 {Yen(f.Net)}円　消費税額等 {Yen(f.Tax)}円</p>
        <div class=right>{f.Issuer}　㊞<br><span class=small>大阪府大阪市中央区1-5　電話 {f.Phone}<br>{f.Registration}</span></div></div>
        """;

    private static string Boxed(Facts f) =>
        $"""
        <div style="font-size:16pt;text-align:center">領収書（控）</div><div class=right>{f.Date:yyyy.M.d}</div><p>有限会社ひまわり 御中</p>
        <table class=lines style="text-align:center"><tr><th>税抜金額<th>消費税額<th>領収金額（税込）<tr><td>{Yen(f.Net)}<td>{Yen(f.Tax)}<td style="font-size:15pt">{Yen(f.Total)}</table>
        <p class=small>品名：{f.Goods}　型番：{f.Model}　数量：{f.Count}　単価：{Yen(f.Price)}円<br>作業：{f.Work}　{Yen(f.Effort)}円<br>お支払い：銀行振込</p>
        <div style="margin-top:12mm">発行者　{f.Issuer}<br>〒530-0001 大阪府大阪市北区梅田2-4<br>TEL {f.Phone}　登録番号 {f.Registration}</div>
        """;

    private string Registration()
    {
        var digits = string.Concat(Enumerable.Range(0, 12).Select(_ => (char)('0' + random.Next(10))));
        for (var first = 0; first < 10; first++)
            if (CorporateNumber.TryParse($"{first}{digits}", out var number) && number.CheckDigitHolds) return number.RegistrationNumber;
        throw new InvalidOperationException("One of ten first digits holds.");
    }

    private T Pick<T>(T[] values) => values[random.Next(values.Length)];

    private static string Date(DateOnly date, char form) => form == '和' ? $"令和{date.Year - 2018}年{date.Month}月{date.Day}日" : $"{date.Year}年{date.Month}月{date.Day}日";

    private static string Yen(long amount) => amount.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Wide(string text) => new(text.Select(c => c is >= '!' and <= '~' ? (char)(c + 0xFEE0) : c).ToArray());
}
