using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using GrantPortal.Local;

namespace GrantPortal.Bench.Surge;

/// <summary>A journey the portal acknowledged.</summary>
internal sealed record Acknowledged(Guid Id, string ReceiptNumber);

/// <summary>
/// 申請 from the list to the receipt number, as somebody does it who is signed in and whose browser runs no scripts: five steps in real forms, three
/// files, 申請する, the page with the number. 13 requests, no pauses. On the last evening of R7, whose care offices bring three files.
/// </summary>
internal static class SurgeJourney
{
    public const int Requests = 13;

    /// <summary>A photograph of the passbook and two scans.</summary>
    public static IReadOnlyList<(string Field, string Name, string Type, byte[] Bytes)> Files { get; } =
    [
        ("Documents.Passbook", "通帳.jpg", "image/jpeg", SoundFiles.Photograph(800_000, Same(1))),
        ("Documents.ServiceProof", "指定通知書.pdf", "application/pdf", SoundFiles.Pdf(300_000, Same(2))),
        ("Documents.Receipt[0]", "領収書.pdf", "application/pdf", SoundFiles.Pdf(150_000, Same(3))),
    ];

    private static readonly KeyValuePair<string, string>[] Amount =
    [
        new("Amount.Readers", "3"), new("Amount.ReaderCost", "39000"), new("Amount.SupportCost", "30000"), new("Amount.CompatibleReaders", "true"),
        new("Amount.NoExcludedGoods", "true"), new("Amount.CompletedOn", "2026-02-10"), new("Amount.Donation", ""), new("Amount.OtherIncome", ""), new("Amount.Note", ""), new("Act", "next"),
    ];

    private static readonly KeyValuePair<string, string>[] Account =
    [
        new("Account.Institution", "bank"), new("Account.BankCode", "0001"), new("Account.BranchCode", "001"), new("Account.Kind", "ordinary"), new("Account.Number", "1234567"),
        new("Account.Symbol", ""), new("Account.YuchoNumber", ""), new("Account.Holder", "カ）ソクテイケア"), new("Act", "next"),
    ];

    /// <param name="number">Makes the office's number; no two journeys have the same.</param>
    /// <exception cref="LocalException">The portal answered otherwise than it should.</exception>
    public static async Task<Acknowledged> RunAsync(Visitor visitor, int number, CancellationToken cancel)
    {
        var list = await visitor.GetAsync("list", "/applications", cancel);
        var office = Onward(await visitor.PostAsync("start", "/applications", [.. list.Hidden("/applications").Where(f => f.Key != "programme"), new("programme", "care")], cancel), "/office");
        var id = Guid.Parse(office.Split('/')[2]);
        await StepAsync(office, "office", "/amount",
        [
            new("Office.Number", string.Create(CultureInfo.InvariantCulture, $"137{number:D7}")), new("Office.Name", string.Create(CultureInfo.InvariantCulture, $"測定訪問介護事業所{number}")),
            new("Office.Address", "東京都千代田区霞が関1-2-2"), new("Office.Phone", "03-5253-1111"), new("Office.Services", "11"), new("Office.ContactName", "測定 花子"), new("Act", "next"),
        ]);
        await StepAsync($"/applications/{id}/amount", "amount", "/account", Amount);
        await StepAsync($"/applications/{id}/account", "account", "/documents", Account);

        var documents = $"/applications/{id}/documents";
        var page = await visitor.GetAsync("documents", documents, cancel);
        using (var form = Multipart([.. page.Hidden(documents), new("Receipts.Items[0].Date", "2026-02-10"), new("Receipts.Items[0].Issuer", "株式会社測定電機"), new("Receipts.Items[0].Amount", "69000"), new("Act", "next")]))
            Onward(await visitor.SendAsync("post documents", HttpMethod.Post, documents, form, cancel), "/confirm");

        var confirm = $"/applications/{id}/confirm";
        page = await visitor.GetAsync("confirm", confirm, cancel);
        Onward(await visitor.PostAsync("submit", confirm, [.. page.Hidden(confirm), new("confirmed", "true"), new("act", "submit")], cancel), $"/applications/{id}");
        page = await visitor.GetAsync("status", $"/applications/{id}", cancel);
        return new Acknowledged(id, page.Between("<strong id=\"receipt-number\">"u8, "</strong>"u8) ?? throw new LocalException($"{id} was submitted and shows no receipt number."));

        async Task StepAsync(string address, string step, string next, KeyValuePair<string, string>[] fields)
        {
            var shown = await visitor.GetAsync(step, address, cancel);
            Onward(await visitor.PostAsync("post " + step, address, [.. shown.Hidden(address), .. fields], cancel), next);
        }
    }

    private static string Onward(Answer answer, string end) => answer.Status == HttpStatusCode.Redirect && answer.Location is { } to && to.EndsWith(end, StringComparison.Ordinal)
        ? to
        : throw new LocalException($"Instead of leading to {end} the portal answered {(int)answer.Status} {answer.Location} {answer.Between("<h2>この操作はできませんでした</h2>"u8, "</div>"u8)}{answer.Between("error-summary"u8, "</section>"u8)}");

    /// <summary>Fields first, as they stand in the form: the token is checked before a file is read.</summary>
    private static MultipartFormDataContent Multipart(IEnumerable<KeyValuePair<string, string>> fields)
    {
        var form = new MultipartFormDataContent("journey-0123456789");
        foreach (var (name, value) in fields) form.Add(new ByteArrayContent(Encoding.UTF8.GetBytes(value)), $"\"{name}\"");
        foreach (var (field, name, type, bytes) in Files)
            form.Add(new ByteArrayContent(bytes) { Headers = { ContentType = new MediaTypeHeaderValue(type) } }, $"\"{field}\"", name);
        return form;
    }

    /// <summary>The same bytes every time.</summary>
#pragma warning disable CA5394 // No secrets.
    private static Random Same(int seed) => new(seed);
#pragma warning restore CA5394
}
