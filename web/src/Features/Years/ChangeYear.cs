using GrantPortal.Data;
using GrantPortal.Data.Audit;
using GrantPortal.Data.Programmes;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Programmes;
using GrantPortal.Web.Shared;

namespace GrantPortal.Web.Features.Years;

/// <summary>Who changes a year, from where, and why.</summary>
/// <param name="Address">IP address, for the audit.</param>
/// <param name="Reason">Blank where none is asked for.</param>
public sealed record YearAct(Actor Actor, string? Address, string Action, string Reason);

/// <summary>Changes a programme year (要綱 §15) with its line in the audit, or adds the next one. In force with the commit, on every instance.</summary>
public sealed class ChangeYear(Database database, TimeProvider clock)
{
    /// <param name="seen">The version the form was made from.</param>
    /// <param name="change">The year as it is to be, at this moment.</param>
    /// <param name="refuse">Why the state forbids it; null: nothing stands against it.</param>
    public async Task<ChangeResult> RunAsync(
        string id, int seen, YearAct act, Func<ProgrammeYear, DateTimeOffset, ProgrammeYear> change, Func<ProgrammeYear, Refusal?> refuse, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await YearEdits.ForUpdateAsync(connection, id, cancel) is not { } found) return new ChangeResult.NotFound();
        if (found.Year.Version != seen) return Stale;
        var after = change(found.Year, now);
        if ((refuse(found.Year) ?? YearChanges.Refuse(found.Year, after, found.Standing)) is { } refusal) return refusal;
        var changes = YearChanges.Between(found.Year, after);
        if (changes.Count == 0) return new ChangeResult.Done();
        if (!await YearEdits.SaveAsync(connection, after, seen, cancel)) return Stale;
        await AuditLog.AppendAsync(connection, new AuditEntry(act.Actor, act.Action, YearEdits.ObjectKind, id, act.Address, new { reason = act.Reason, changes }), now);
        await transaction.CommitAsync(cancel);
        return new ChangeResult.Done();
    }

    /// <param name="from">The year it is a copy of.</param>
    /// <param name="shape">The copy with what was typed.</param>
    public async Task<ChangeResult> AddNextAsync(string from, YearAct act, Func<ProgrammeYear, ProgrammeYear> shape, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (await YearEdits.ForUpdateAsync(connection, from, cancel) is not { } found || YearChanges.Next(found.Year) is not { } copy) return new ChangeResult.NotFound();
        var year = shape(copy);
        if (YearChanges.Overlap(year, found.Standing.Others.Append(found.Year)) is { } refusal) return refusal;
        if (!await YearEdits.AddAsync(connection, year, cancel)) return new Refusal(RefusalCode.Stale, $"{year.FullName}は、すでに追加されています。一覧から開いて、内容をご確認ください。");
        await AuditLog.AppendAsync(connection, new AuditEntry(act.Actor, act.Action, YearEdits.ObjectKind, year.Id, act.Address,
            new { reason = act.Reason, changes = YearChanges.Between(copy, year).Prepend(new YearChange("年度", $"（{found.Year.FullName}の写し）", year.FullName)) }), clock.GetUtcNow());
        await transaction.CommitAsync(cancel);
        return new ChangeResult.Done();
    }

    private static Refusal Stale { get; } = new(RefusalCode.Stale,
        "この年度は、画面を開いたあとにほかの方が変更しました。保存されている内容を「現在の設定」に表示しています。ご確認のうえ、もう一度保存してください。");
}
