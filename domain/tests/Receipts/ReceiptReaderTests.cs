using FsCheck.Fluent;
using GrantPortal.Domain.Receipts;

namespace GrantPortal.Domain.Tests.Receipts;

/// <summary>Receipts are read from their words: whatever recognised them, however it cut them.</summary>
public class ReceiptReaderTests
{
    [Theory]
    [InlineData("2026年5月20日")]
    [InlineData("２０２６年５月２０日")]
    [InlineData("2026/5/20")]
    [InlineData("2026.05.20")]
    [InlineData("2026-05-20 14:25")]
    [InlineData("令和8年5月20日")]
    [InlineData("令 和 ８ 年 ５ 月 ２０ 日")]
    [InlineData("R8.5.20")]
    [InlineData("発行日：2O26年5月2O日")]
    public void A_date_is_read_in_every_form(string text) => Assert.Equal(new DateOnly(2026, 5, 20), Read(text).Date?.Value);

    [Theory]
    [InlineData("2026年2月30日")]
    [InlineData("03-5253-1111")]
    [InlineData("12026/5/20")]
    [InlineData("令和8年13月1日")]
    [InlineData("1999年5月20日")]
    public void What_is_no_day_is_no_date(string text) => Assert.Null(Read(text).Date);

    [Fact]
    public void The_day_it_was_paid_comes_before_days_to_come() =>
        Assert.Equal([new DateOnly(2026, 5, 20), new DateOnly(2026, 6, 30)], Read("お支払期限 2026年6月30日", "領収日 2026年5月20日").Dates.Select(d => d.Value));

    [Theory]
    [InlineData("合計 ¥69,000")]
    [InlineData("合　計 ￥６９，０００")]
    [InlineData("合 計 \\69.000")]
    [InlineData("領収金額 69,000円")]
    [InlineData("ご請求額\t69, 000円")]
    [InlineData("金 69,000 円也")]
    [InlineData("￥69,000－")]
    [InlineData("お支払金額(税込) 69000円")]
    [InlineData("総額 ¥69,O0O")]
    public void The_total_is_read_in_every_form(string text) => Assert.Equal(69_000, Read(text).Total?.Value.Amount);

    [Theory]
    [InlineData("小計 ¥62,728")]
    [InlineData("消費税 ¥6,272")]
    [InlineData("お預り ¥70,000")]
    [InlineData("TEL 03-5253-1111")]
    [InlineData("登録番号 T7000012050002")]
    [InlineData("数量 3台")]
    [InlineData("2026年5月20日")]
    [InlineData("〒100-0013 東京都")]
    public void What_is_no_total_is_none(string text) => Assert.Null(Read(text).Total);

    [Fact]
    public void Among_other_amounts_the_total_is_the_one_with_tax() => Assert.Equal(69_000, Read(
        "カードリーダー 13,000 3 ¥39,000", "接続設定 ¥23,728", "小計 ¥62,728", "消費税(10%) ¥6,272", "合計(税込) ¥69,000", "お預り ¥70,000", "お釣り ¥1,000").Total?.Value.Amount);

    [Fact]
    public void A_table_says_above_a_number_what_it_is() =>
        Assert.Equal(41_206, Read("税抜金額\t消費税額\t領収金額(税込)", "37,460\t3,746\t41,206").Total?.Value.Amount);

    [Fact]
    public void Where_the_total_is_illegible_net_and_tax_give_it()
    {
        Assert.Equal(58_300, Read("な ん", "内訳 税抜金額 53,000円 消費税額 5,300円").Total?.Value.Amount);
        Assert.Null(Read("内訳 税抜金額 53,000円 消費税額 9,300円").Total);
    }

    [Theory]
    [InlineData("登録番号 T7000012050002", "T7000012050002", true)]
    [InlineData("登録番号：Ｔ７０００－０１２０－５０００２", "T7000012050002", true)]
    [InlineData("登録番号 T 7OOOO12O5OOO2", "T7000012050002", true)]
    [InlineData("登録番号 T7000012050003", "T7000012050003", false)]
    public void A_registration_number_is_read_and_checked(string text, string number, bool holds) =>
        Assert.Equal(new ReadRegistration(number, holds), Read(text).Registration?.Value);

    [Theory]
    [InlineData("7000012050002")]
    [InlineData("T700001205000")]
    [InlineData("T70000120500021")]
    public void What_has_another_form_is_no_registration_number(string text) => Assert.Null(Read(text).Registration);

    [Fact]
    public void The_issuer_is_the_company_that_is_not_addressed() => Assert.Equal("株式会社見本電機", Read(
        "社会福祉法人みどり会 御中", "合計 ¥69,000", "株 式 会 社 見 本 電 機", "〒100-0013 東京都千代田区霞が関1-2-2", "TEL 03-5253-1111", "登録番号 T7000012050002").Issuer?.Value);

    [Theory]
    [InlineData("(株)見本電機　TEL 03-5253-1111", "(株)見本電機")]
    [InlineData("㈱見本電機　印", "(株)見本電機")]
    [InlineData("販売元：有限会社桜通商", "有限会社桜通商")]
    [InlineData("発行者　見本商店", "見本商店")]
    [InlineData("株式会社見本ケア　様", null)]
    public void The_issuer_is_cut_out_of_its_line(string text, string? issuer) => Assert.Equal(issuer, Read(text).Issuer?.Value);

    [Theory]
    [InlineData("ICカードリーダー ACR39-NT 3台", "ACR39-NT")]
    [InlineData("型番：DX-M30", "DX-M30")]
    [InlineData("SCR3310V2", "SCR3310V2")]
    [InlineData("No. AB12345", null)]
    [InlineData("TEL0352531111", null)]
    public void Model_names_are_found(string text, string? model) => Assert.Equal(model, Read(text).Models.Select(m => m.Value).FirstOrDefault());

    [Theory]
    [InlineData("カードリーダー一式 ¥69,000")]
    [InlineData("機器 一 式")]
    [InlineData("設定費用 １式")]
    public void Lump_sums_are_found(string text) => Assert.Single(Read(text).LumpSums);

    [Theory]
    [InlineData("ノートパソコン", "パソコン")]
    [InlineData("PC 1台", "PC")]
    [InlineData("タブレット端末", "タブレット")]
    [InlineData("中古カードリーダー", "中古")]
    [InlineData("機器リース料", "リース")]
    [InlineData("iPad 第10世代", "iPad")]
    [InlineData("カードリーダー（PC/SC対応）", null)]
    [InlineData("新機能リリース", null)]
    [InlineData("11式典", null)]
    public void Words_for_what_is_not_paid_for_are_found(string text, string? word) => Assert.Equal(word, Read(text).Excluded.Select(m => m.Value).FirstOrDefault());

    [Fact]
    public void A_finding_names_its_page_its_place_and_the_line_around_it()
    {
        var place = Read("見出し", "合計\t¥69,000").Total!.Place;
        Assert.Equal((1, "合計 ¥69,000"), (place.Page, place.Words));
        Assert.InRange(place.Box.Top, 0.05, 0.12);
        Assert.True(place.Box is { Width: > 0, Height: > 0, Right: <= 1, Bottom: <= 1 });
    }

    [Fact]
    public void Nothing_that_can_be_recognised_breaks_the_reader()
    {
        Properties.Hold(Properties.HostileText.ArrayOf(), words =>
        {
            var page = new ReceiptPage(1, new PagePose(1000, 1000), [.. words.Select((w, i) => new ReceiptWord(w, new Box(i % 10 * 90, i / 10 * 20, 80, 16)))]);
            var read = ReceiptReader.Read([page]);
            return read.Total is null || read.Total.Value.Amount >= 0;
        }, tests: 200);
        Assert.True(ReceiptReader.Read([]).IsEmpty);
        Assert.True(ReceiptReader.Read([new ReceiptPage(1, new PagePose(10, 10), [new ReceiptWord(new string('9', 100_000), new Box(0, 0, 9, 9))])]).IsEmpty);
    }

    [Fact]
    public void A_place_on_a_turned_sheet_leads_back_to_the_page() => Properties.Hold(
        Gen.Choose(0, 3).SelectMany(quarters => Gen.Choose(-65, 65).SelectMany(tenths => Gen.Choose(0, 100).SelectMany(x => Gen.Choose(0, 100).Select(y => (quarters, tenths, x, y))))),
        c =>
        {
            // A point of a page of 600 × 900, turned as the reader turns it.
            var pose = new PagePose(600, 900, c.quarters, c.tenths / 10.0);
            var (px, py) = (c.x * 6.0, c.y * 9.0);
            var (u, v, width, height) = c.quarters switch { 1 => (900 - py, px, 900.0, 600.0), 2 => (600 - px, 900 - py, 600.0, 900.0), 3 => (py, 600 - px, 900.0, 600.0), _ => (px, py, 600.0, 900.0) };
            var (sin, cos) = Math.SinCos(pose.Degrees * Math.PI / 180);
            var (dx, dy) = (u - (width / 2), v - (height / 2));
            var (x, y) = ((dx * cos) - (dy * sin) + (pose.Read.Width / 2), (dx * sin) + (dy * cos) + (pose.Read.Height / 2));
            var back = pose.OnPage(new Box(x, y, 0, 0));
            return Math.Abs(back.Left - (px / 600)) < 1e-6 && Math.Abs(back.Top - (py / 900)) < 1e-6;
        });

    /// <summary>Lines as a recogniser gives them: a word for what stands together, 20 high; a tab is a wide gap.</summary>
    private static ReceiptFindings Read(params string[] lines)
    {
        var words = new List<ReceiptWord>();
        foreach (var (line, row) in lines.Select((line, row) => (line, row)))
        {
            var left = 20.0;
            foreach (var column in line.Split('\t'))
            {
                foreach (var word in column.Split(' ', '　'))
                {
                    var width = word.Length * 12.0;
                    if (width > 0) words.Add(new ReceiptWord(word, new Box(left, 20 + (row * 60), width, 20)));
                    left += width + 12;
                }
                left = (Math.Floor(left / 220) + 1) * 220;
            }
        }
        return ReceiptReader.Read([new ReceiptPage(1, new PagePose(1000, 1400), words)]);
    }
}
