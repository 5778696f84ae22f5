using System.Globalization;
using System.Net;
using GrantPortal.Data.Audit;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Web.Shared.Forms;
using Microsoft.AspNetCore.WebUtilities;

namespace GrantPortal.Web.Features.Audit;

/// <summary>The address of the audit: what is looked for, as typed.</summary>
public sealed record AuditAddress
{
    /// <summary>The first day.</summary>
    public string? From { get; init; }

    /// <summary>The last day.</summary>
    public string? To { get; init; }

    /// <summary>Part of a name or a mail address.</summary>
    public string? Who { get; init; }

    /// <summary>A code of <see cref="AuditWords.Actions"/>.</summary>
    public string? Action { get; init; }

    /// <summary>A code of <see cref="AuditWords.Kinds"/>.</summary>
    public string? Kind { get; init; }

    /// <summary>An object's id, as it stands in the list.</summary>
    public string? Object { get; init; }

    /// <summary>IP address.</summary>
    public string? Ip { get; init; }

    /// <summary>Where the page goes on.</summary>
    public string? After { get; init; }

    public bool IsNarrowed => (this with { After = null }).Values().Count > 0;

    /// <summary>Without people, who are looked up.</summary>
    /// <returns>Null with at least one problem.</returns>
    public AuditFilter? Read(Problems problems)
    {
        var from = Day(nameof(From), From, "期間（から）", problems);
        var to = Day(nameof(To), To, "期間（まで）", problems);
        if (to < from) problems.Add(nameof(To), "期間（まで）は、期間（から）と同じ日かそれより後の日付を入力してください。");
        if (!string.IsNullOrWhiteSpace(Who) && JapaneseText.SearchKey(Who).Length < 2) problems.Add(nameof(Who), "氏名・メールアドレスは、2文字以上で入力してください。");
        var ip = JapaneseText.Narrow(Ip);
        if (ip.Length > 0 && !IPAddress.TryParse(ip, out _)) problems.Add(nameof(Ip), "IPアドレスは「192.0.2.1」のように入力してください。");
        return problems.Any
            ? null
            : new AuditFilter(from, to)
            {
                Action = Blank(Action),
                ObjectKind = Blank(Kind),
                ObjectId = Blank(Object),
                Address = ip.Length > 0 ? IPAddress.Parse(ip).ToString() : null,
            };
    }

    public AuditPosition? Position => After?.Split('_') is [var ticks, var id]
        && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at <= DateTime.MaxValue.Ticks && long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var line)
        ? new AuditPosition(new DateTimeOffset(at, TimeSpan.Zero), line)
        : null;

    /// <summary>The value of <see cref="After"/> for the page behind this line.</summary>
    public static string Behind(AuditLine last) => string.Create(CultureInfo.InvariantCulture, $"{last.At.UtcTicks}_{last.Id}");

    /// <summary>The query alone.</summary>
    public string Query => QueryHelpers.AddQueryString("", Values()).TrimStart('?');

    /// <summary>The export of the same list.</summary>
    public string Export => QueryHelpers.AddQueryString("/audit/export", (this with { After = null }).Values());

    public override string ToString() => QueryHelpers.AddQueryString("/audit", Values());

    private List<KeyValuePair<string, string?>> Values() =>
    [
        .. new KeyValuePair<string, string?>[] { new("from", From), new("to", To), new("who", Who), new("action", Action), new("kind", Kind), new("object", Object), new("ip", Ip), new("after", After) }
            .Where(p => !string.IsNullOrWhiteSpace(p.Value)),
    ];

    private static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static DateOnly? Day(string field, string? value, string label, Problems problems)
    {
        if (string.IsNullOrWhiteSpace(value)) return null;
        if (JapanTime.TryParseDate(value, out var day)) return day;
        problems.Add(field, $"{label}は、実在する日付を「2026-06-01」のように入力してください。");
        return null;
    }
}

/// <summary>監査記録.</summary>
/// <param name="Lines">One page, the latest first.</param>
/// <param name="TooMany">The part of a name means more people than are looked for.</param>
public sealed record AuditPage(AuditAddress Address, IReadOnlyList<AuditLine> Lines, bool More, bool TooMany)
{
    /// <summary>Lines on a page.</summary>
    public const int Size = 50;

    public static IReadOnlyList<Choice> Actions { get; } = [new("", "すべて"), .. AuditWords.Actions.Select(a => new Choice(a.Key, a.Value))];

    public static IReadOnlyList<Choice> Kinds { get; } = [new("", "すべて"), .. AuditWords.Kinds.Select(k => new Choice(k.Key, k.Value))];

    /// <summary>Who acted, in words.</summary>
    public static string NameOf(AuditLine line) => line.ActorId is null ? "（ログイン前）" : line.ActorId == Actor.Portal.UserId ? Actor.Portal.Name : line.ActorName;
}
