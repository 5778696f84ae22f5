using System.Globalization;
using System.Security.Cryptography;

namespace GrantPortal.Local;

/// <summary>A file that was uploaded, and what it must still be.</summary>
public sealed record JourneyFile(string Kind, string Name, byte[] Bytes)
{
    /// <summary>64 lower-case hexadecimal digits.</summary>
    public string Sha256 { get; } = Convert.ToHexStringLower(SHA256.HashData(Bytes));
}

/// <summary>How a journey ended.</summary>
/// <param name="ApplicationId">Null: it did not come so far.</param>
/// <param name="Acknowledged">「受け付けました」 was answered.</param>
/// <param name="Refused">409: intake closed, or the number is taken.</param>
public sealed record JourneyEnd(string Number, Guid? ApplicationId, bool Acknowledged, bool Refused, IReadOnlyList<JourneyFile> Files);

/// <summary>
/// One applicant's way from 「申請をはじめる」 to 「申請する」: five steps, four files. What fails is told and, as a person would, tried again with the same form.
/// </summary>
/// <param name="browser">Signed in as an applicant.</param>
/// <param name="number">介護事業所番号, not used by another journey.</param>
/// <param name="trouble">Told of every answer that is not the one hoped for; true: try again.</param>
public sealed class Journey(PortalBrowser browser, string number, IReadOnlyList<JourneyFile> files, Func<string, PortalAnswer, Task<bool>> trouble)
{
    /// <summary>What every journey applies for, yen.</summary>
    public const long Yen = 64_000;

    /// <summary>Requests a journey makes when nothing goes wrong.</summary>
    public const int Requests = 16;

    /// <summary>The <paramref name="n"/>-th number with a valid check digit; below a million.</summary>
    public static string NumberOf(int n)
    {
        var body = string.Create(CultureInfo.InvariantCulture, $"137{n:D6}");
        var sum = 0;
        for (var i = 0; i < 9; i++)
        {
            var product = (body[8 - i] - '0') * (i % 2 == 0 ? 2 : 1);
            sum += (product / 10) + (product % 10);
        }
        return body + ((10 - (sum % 10)) % 10).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>The four documents of a care office, each with bytes of its own, small ones and one of more than a block of the store.</summary>
    public static IReadOnlyList<JourneyFile> FilesFor(Random random) =>
    [
        File(random, "passbook", 60_000), File(random, "service-proof", 1_300_000), File(random, "web-service-screen", 30_000), File(random, "receipt", 90_000),
    ];

    public async Task<JourneyEnd> RunAsync(CancellationToken cancel = default)
    {
        Guid? id = null;
        var refused = false;
        var done = await WalkAsync();
        return new(number, id, done, refused, files);

        async Task<bool> WalkAsync()
        {
            if (await InsistAsync("profile", () => browser.GetAsync("/profile", cancel), a => a.Status == 200) is not { } profile) return false;
            if (await InsistAsync("start", () => browser.PostAsync("/applications?programme=care", [PortalBrowser.Token(profile)], cancel), a => a.Status == 302 && a.Location!.EndsWith("/office", StringComparison.Ordinal)) is not { } started)
                return false;
            id = Guid.Parse(started.Location!.Split('/')[2]);
            var root = $"/applications/{id}";
            if (!await StepAsync(root, "office", [new("Office.Number", number), new("Office.Name", "測定訪問介護事業所"), new("Office.Address", "東京都千代田区霞が関1-2-2"), new("Office.Phone", "03-5253-1111"), new("Office.ContactName", "測定 花子"), new("Office.Services", "11")])
                || !await StepAsync(root, "amount", [new("Amount.Readers", "3"), new("Amount.ReaderCost", "39000"), new("Amount.SupportCost", "30000"), new("Amount.CompatibleReaders", "true"), new("Amount.NoExcludedGoods", "true"), new("Amount.CompletedOn", "2026-05-10")])
                || !await StepAsync(root, "account", [new("Account.BankCode", "0001"), new("Account.BranchCode", "001"), new("Account.Number", "1234567"), new("Account.Holder", "カ）ソクテイケア")]))
                return false;
            if (await InsistAsync("documents", () => browser.GetAsync($"{root}/documents", cancel), a => a.Status == 200) is not { } documents) return false;
            foreach (var file in files)
            {
                var path = $"{root}/files?kind={file.Kind}&slot=0&uploadId={Guid.NewGuid()}";
                if (await InsistAsync("upload", () => browser.UploadAsync(path, file.Bytes, file.Name, PortalBrowser.Token(documents).Value, cancel), a => a.Status == 200 && a.Body.Contains(file.Sha256, StringComparison.Ordinal)) is null) return false;
            }
            if (!await StepAsync(root, "documents", [new("Receipts.Items[0].Date", "2026-05-10"), new("Receipts.Items[0].Issuer", "株式会社測定電機"), new("Receipts.Items[0].Amount", "69000")], documents)) return false;
            if (await InsistAsync("confirm", () => browser.GetAsync($"{root}/confirm", cancel), a => a.Status == 200) is not { } confirm) return false;
            List<KeyValuePair<string, string>> form = [PortalBrowser.Token(confirm), new("fingerprint", PortalBrowser.Field(confirm, "fingerprint")), new("confirmed", "true"), new("act", "submit")];
            var last = await InsistAsync("submit", () => browser.PostAsync($"{root}/confirm", form, cancel), a => a.Status == 409 || (a.Status == 302 && a.Location == root));
            refused = last?.Status == 409;
            return last?.Status == 302;
        }

        async Task<bool> StepAsync(string root, string step, KeyValuePair<string, string>[] fields, PortalAnswer? page = null)
        {
            page ??= await InsistAsync(step, () => browser.GetAsync($"{root}/{step}", cancel), a => a.Status == 200);
            if (page is null) return false;
            List<KeyValuePair<string, string>> form = [.. fields, new("Revision", PortalBrowser.Field(page, "Revision")), new("Editor", PortalBrowser.Field(page, "Editor")), PortalBrowser.Token(page), new("Act", "next")];
            return await InsistAsync(step, () => browser.PostAsync($"{root}/{step}", form, cancel), a => a.Status == 302 && !a.Location!.EndsWith("/" + step, StringComparison.Ordinal)) is not null;
        }
    }

    /// <summary>Null: given up.</summary>
    private async Task<PortalAnswer?> InsistAsync(string what, Func<Task<PortalAnswer>> act, Func<PortalAnswer, bool> hoped)
    {
        while (true)
        {
            var answer = await act();
            if (hoped(answer)) return answer;
            if (!await trouble(what, answer)) return null;
        }
    }

    private static JourneyFile File(Random random, string kind, int size) => new(kind, kind + ".pdf", SoundFiles.Pdf(size, random));
}
