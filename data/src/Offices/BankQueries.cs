using System.Text;
using Dapper;
using GrantPortal.Domain;

namespace GrantPortal.Data.Offices;

/// <summary>A bank, or a branch of one.</summary>
/// <param name="Code">4 digits of a bank, 3 of a branch.</param>
/// <param name="Name">Without 銀行 or 支店, as in みずほ.</param>
/// <param name="Kana">Full-width katakana, as banks write them: small ones are large (ユウチヨ).</param>
public sealed record BankEntry(string Code, string Name, string Kana);

/// <param name="Branch">Null: the bank has no such branch.</param>
public sealed record BankNames(string Bank, string? Branch);

/// <summary>
/// Finds banks and branches by code, name or reading. There are 1,146 banks and at most some hundred branches in one: they are read whole and
/// compared here, where kana kinds and widths are folded.
/// </summary>
public sealed class BankQueries(Database database)
{
    /// <summary>The most entries a search gives.</summary>
    public const int Most = 20;

    /// <summary>Words people write in full and the list of banks abbreviates.</summary>
    private static readonly (string Full, string Short)[] Abbreviations =
        [("信用金庫", "信金"), ("信用組合", "信組"), ("労働金庫", "労金"), ("農業協同組合", "農協"), ("漁業協同組合", "漁協")];

    /// <summary>Banks, best matches first; none for a blank <paramref name="text"/>. ゆうちょ銀行 (9900) is among them.</summary>
    /// <param name="text">Beginning of a code, or part of a name or reading, in any width and kana; 「銀行」 at its end does not matter.</param>
    public async Task<IReadOnlyList<BankEntry>> SearchBanksAsync(string text, CancellationToken cancel = default)
    {
        if (string.IsNullOrWhiteSpace(text)) return [];
        await using var connection = await database.OpenAsync(cancel);
        var banks = await connection.QueryAsync<BankEntry>(new CommandDefinition(
            """
            select code, name, kana
            from banks
            order by code
            """,
            cancellationToken: cancel));
        return Best(banks, text, "銀行");
    }

    /// <summary>Branches of a bank, best matches first; for a blank <paramref name="text"/> the first ones by code.</summary>
    /// <param name="text">As for banks; 「支店」 at its end does not matter.</param>
    public async Task<IReadOnlyList<BankEntry>> SearchBranchesAsync(string bankCode, string text, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        var branches = await connection.QueryAsync<BankEntry>(new CommandDefinition(
            """
            select code, name, kana
            from bank_branches
            where bank_code = @BankCode
            order by code
            """,
            new { BankCode = JapaneseText.Code(bankCode) }, cancellationToken: cancel));
        return string.IsNullOrWhiteSpace(text) ? [.. branches.Take(Most)] : Best(branches, text, "支店");
    }

    /// <summary>What the codes mean; null where there is no such bank.</summary>
    public async Task<BankNames?> NamesAsync(string bankCode, string branchCode, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return await connection.AskAsync(
            Query.One<BankNames>(
                """
                select b.name as bank, r.name as branch
                from banks b
                left join bank_branches r on r.bank_code = b.code and r.code = @BranchCode
                where b.code = @BankCode
                """,
                new { BankCode = JapaneseText.Code(bankCode), BranchCode = JapaneseText.Code(branchCode) }),
            cancel);
    }

    /// <summary>The same of the account a submitted version names.</summary>
    public static Query<BankNames?> NamesOf(Guid applicationId, int version) => Query.One<BankNames>(
        """
        select b.name as bank, r.name as branch
        from application_versions v
        join banks b on b.code = v.content -> 'account' ->> 'bankCode'
        left join bank_branches r on r.bank_code = b.code and r.code = v.content -> 'account' ->> 'branchCode'
        where v.application_id = @applicationId and v.version = @version
        """,
        new { applicationId, version });

    private static List<BankEntry> Best(IEnumerable<BankEntry> entries, string text, string ending)
    {
        var key = Key(text);
        foreach (var (full, abbreviated) in Abbreviations) key = key.Replace(full, abbreviated, StringComparison.Ordinal);
        if (key.Length > ending.Length && key.EndsWith(ending, StringComparison.Ordinal)) key = key[..^ending.Length];
        return [.. entries.Select(e => (Entry: e, Rank: Rank(e, key))).Where(e => e.Rank is not null).OrderBy(e => e.Rank).Take(Most).Select(e => e.Entry)];
    }

    /// <summary>0 is best; null is no match.</summary>
    private static int? Rank(BankEntry entry, string key)
    {
        var (name, kana) = (Key(entry.Name), Key(entry.Kana));
        if (entry.Code == key) return 0;
        if (name == key || kana == key) return 1;
        if (entry.Code.StartsWith(key, StringComparison.Ordinal)) return 2;
        if (name.StartsWith(key, StringComparison.Ordinal) || kana.StartsWith(key, StringComparison.Ordinal)) return 3;
        return name.Contains(key, StringComparison.Ordinal) || kana.Contains(key, StringComparison.Ordinal) ? 4 : null;
    }

    /// <summary>Banks write readings with large kana and several kinds of dashes.</summary>
    private static string Key(string text)
    {
        const string small = "ァィゥェォッャュョヮ", large = "アイウエオツヤユヨワ";
        var result = new StringBuilder(text.Length);
        foreach (var c in JapaneseText.SearchKey(text))
        {
            var place = small.IndexOf(c, StringComparison.Ordinal);
            result.Append(place >= 0 ? large[place] : c is '-' or '‐' or '−' or '―' ? 'ー' : c);
        }
        return result.ToString();
    }
}
