using System.Globalization;
using Dapper;
using Microsoft.Playwright;
using Npgsql;

namespace GrantPortal.E2E;

/// <summary>What was read of a receipt reaches the applicant's empty fields while the page is open, and the reviewer beside the document.</summary>
public sealed class ReceiptTests(RunningPortal portal)
{
    private const string Number = "1399900172";

    [Fact]
    public async Task A_reading_fills_empty_fields_and_its_places_are_framed_on_the_desk()
    {
        using var files = new SampleFiles();
        await AddOfficeAsync();
        await using var corporation = await portal.SignInAsync("corp@demo.example");
        await Filing.FillCareAsync(corporation, new Hands(corporation), files, Number, "1", (files.Pdf("領収書"), "128000"));
        var address = new Uri(corporation.Page.Url).AbsolutePath.Replace("/confirm", "", StringComparison.Ordinal);

        // A second receipt, uploaded and left alone: its date comes by itself, nothing typed changes.
        await corporation.Page.GotoAsync($"{address}/documents");
        var second = corporation.Page.GetByRole(AriaRole.Group, new() { Name = "領収書 2", Exact = true });
        await second.GetByLabel("領収書", new() { Exact = true }).SetInputFilesAsync(files.Write("reading.pdf", Testing.TestFiles.Pages("T7000012050002  2026/5/18  WORDS ENOUGH TO BE A TEXT")));
        await Assertions.Expect(second.GetByText("reading.pdf").First).ToBeVisibleAsync();
        await ReadAsync(address);
        await Assertions.Expect(second.GetByLabel("領収日", new() { Exact = true })).ToHaveValueAsync("2026-05-18", new() { Timeout = 40_000 });
        await Assertions.Expect(second.GetByRole(AriaRole.Status).Filter(new() { HasText = "読み取り結果です。確認してください。" })).ToBeVisibleAsync();
        await Assertions.Expect(corporation.Page.GetByRole(AriaRole.Group, new() { Name = "領収書 1", Exact = true }).GetByLabel("領収金額（税込）", new() { Exact = true })).ToHaveValueAsync("128000");
        await corporation.AssertAccessibleAsync("the documents with a reading");
        await corporation.PictureAsync("receipt-prefilled");
        await second.GetByLabel("発行者", new() { Exact = true }).FillAsync("株式会社見本電機");
        await second.GetByLabel("領収金額（税込）", new() { Exact = true }).FillAsync("1000");
        await corporation.Button("次へ").ClickAsync();
        await corporation.Page.WaitForURLAsync("**/confirm");
        var number = await Filing.SubmitAsync(corporation, new Hands(corporation));

        foreach (var (width, height) in new[] { (1366, 768), (375, 812) })
        {
            await using var clerk = await portal.SignInAsync("reviewer2@demo.example", width, height);
            await clerk.Page.GotoAsync($"/review?q={number}");
            await clerk.Page.GetByRole(AriaRole.Link, new() { Name = number }).ClickAsync();
            await clerk.Page.Locator(".desk-tabs").GetByRole(AriaRole.Link, new() { Name = "領収書 2" }).ClickAsync();
            var shown = clerk.Page.Locator(".desk-document:not([hidden])");
            await Assertions.Expect(shown).ToHaveAttributeAsync("data-shown", "1/1");
            await shown.GetByRole(AriaRole.Button, new() { Name = "登録番号「T7000012050002」の場所を示す" }).ClickAsync();
            await Assertions.Expect(shown.Locator(".desk-place")).ToBeVisibleAsync();
            // On the upper part of the sheet, where the line stands.
            // Both at one moment: the desk scrolls there.
            var at = await shown.EvaluateAsync<double[]>(
                """
                shown => {
                  const [sheet, place] = ['canvas', '.desk-place'].map(part => shown.querySelector(part).getBoundingClientRect());
                  return [(place.x - sheet.x) / sheet.width, (place.y + place.height / 2 - sheet.y) / sheet.height];
                }
                """);
            Assert.InRange(at[0], 0, 1);
            Assert.InRange(at[1], 0.03, 0.15);
            await clerk.AssertAccessibleAsync("the desk with a reading");
            await clerk.PictureAsync("receipt-reading", fullPage: false);
        }
    }

    /// <summary>An office of its own: those of the demo are filed for by other journeys.</summary>
    private async Task AddOfficeAsync()
    {
        await using var connection = new NpgsqlConnection(portal.ConnectionString);
        await connection.ExecuteAsync(
            """
            insert into institutions (programme, number, name, address, phone, services, updated_at)
            values ('care', @Number, 'さくら見本訪問看護 二号', '東京都千代田区霞が関1-2-2', '03-0000-0000', array['13'], '2026-01-01')
            """,
            new { Number });
    }

    /// <summary>As the inspection does when it has found the file sound.</summary>
    private async Task ReadAsync(string address)
    {
        await using var connection = new NpgsqlConnection(portal.ConnectionString);
        await connection.ExecuteAsync(
            """
            insert into jobs (kind, key, payload, run_at, created_at)
            select 'read-receipt', 'read-receipt:' || d.id, jsonb_build_object('document', d.id), '2026-01-01', '2026-01-01'
            from documents d where d.application_id = @application and d.kind = 'receipt' and d.slot = 1 and d.attached
            on conflict (key) do nothing
            """,
            new { application = Guid.Parse(address.Split('/')[^1], CultureInfo.InvariantCulture) });
    }
}
