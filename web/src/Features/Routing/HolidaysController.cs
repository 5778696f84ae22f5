using GrantPortal.Data;
using GrantPortal.Data.Audit;
using GrantPortal.Data.Routing;
using GrantPortal.Domain;
using GrantPortal.Web.Shared;
using GrantPortal.Web.Shared.Security;
using Microsoft.AspNetCore.Mvc;

namespace GrantPortal.Web.Features.Routing;

public sealed record HolidaysPage(IReadOnlyList<Holiday> Days, HolidayForm Form);

/// <summary>A day and what it is.</summary>
public sealed record HolidayForm
{
    private const int LongestName = 40;

    public string? Day { get; init; }
    public string? Name { get; init; }

    /// <returns>Null with at least one problem.</returns>
    public Holiday? Read(Problems problems)
    {
        var known = JapanTime.TryParseDate(Day, out var day);
        if (!known) problems.Add(nameof(Day), "日付は、実在する日付を「2026-06-01」のように入力してください。");
        else if (day.Year is < 2020 or > 2100) problems.Add(nameof(Day), "2020年から2100年までの日付を入力してください。");
        var name = problems.Text(nameof(Name), Name, "名前", LongestName);
        return problems.Any ? null : new Holiday(day, name);
    }
}

/// <summary>休日: the days besides Saturdays and Sundays that are no business days.</summary>
[Route("admin/holidays")]
[Permit(Permission.ManageRouting)]
public sealed class HolidaysController(Database database, TimeProvider clock) : PortalController
{
    [HttpGet("")]
    public async Task<IActionResult> Index(CancellationToken cancel) => View("Holidays", await PageAsync(new HolidayForm(), cancel));

    [HttpPost("")]
    public async Task<IActionResult> Add(HolidayForm form, CancellationToken cancel)
    {
        var problems = new Problems();
        if (form.Read(problems) is not { } holiday) return Invalid("Holidays", await PageAsync(form, cancel), problems.Errors);
        if (!await ChangeAsync("holiday-added", holiday, connection => Holidays.AddAsync(connection, holiday), cancel))
            return Invalid("Holidays", await PageAsync(form, cancel), [new Problem(nameof(form.Day), "この日は登録されています。名前を変えるときは、いちど削除してください。")]);
        Banner($"{holiday.Day:yyyy年M月d日}（{holiday.Name}）を追加しました。");
        return Redirect("/admin/holidays");
    }

    [HttpPost("remove")]
    public async Task<IActionResult> Remove(string? day, CancellationToken cancel)
    {
        if (JapanTime.TryParseDate(day, out var date) && await ChangeAsync("holiday-removed", new Holiday(date, ""), connection => Holidays.RemoveAsync(connection, date), cancel))
            Banner($"{date:yyyy年M月d日}を削除しました。");
        return Redirect("/admin/holidays");
    }

    private async Task<bool> ChangeAsync(string action, Holiday holiday, Func<Npgsql.NpgsqlConnection, Task<bool>> change, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (!await change(connection)) return false;
        await AuditLog.AppendAsync(connection, new AuditEntry(Actor, action, "holiday", holiday.Day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), HttpContext.Address(), holiday), clock.GetUtcNow());
        await transaction.CommitAsync(cancel);
        return true;
    }

    private async Task<HolidaysPage> PageAsync(HolidayForm form, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        return new HolidaysPage(await Holidays.AllAsync(connection), form);
    }
}
