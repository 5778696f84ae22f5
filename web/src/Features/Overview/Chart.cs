using System.Globalization;

namespace GrantPortal.Web.Features.Overview;

/// <summary>A row of bars, one for each series.</summary>
/// <param name="Label">Also the row's head in the table.</param>
/// <param name="Values">As many as there are series; null: there is no such figure.</param>
public sealed record ChartRow(string Label, IReadOnlyList<long?> Values);

/// <summary>Horizontal bars, each with its value, and the table behind them: <c>&lt;partial name="_Chart" model="…" /&gt;</c>.</summary>
/// <param name="Id">Unique on its page.</param>
/// <param name="Head">Of the first column.</param>
/// <param name="Unit">Behind every number, as in 件.</param>
/// <param name="Note">Below the heading; null: nothing to add.</param>
public sealed record Chart(string Id, string Title, string Head, string Unit, IReadOnlyList<string> Series, IReadOnlyList<ChartRow> Rows, string? Note = null)
{
    /// <summary>CSS pixels of one bar with its gap.</summary>
    public const int Bar = 18;

    /// <summary>CSS pixels for the label above a row's bars.</summary>
    public const int Label = 24;

    /// <summary>CSS pixels between rows.</summary>
    private const int Gap = 12;

    /// <summary>Per cent of the chart's width for the longest bar; the rest is the values'.</summary>
    private const decimal Longest = 68;

    private long Largest => Math.Max(1, Rows.SelectMany(r => r.Values).Max() ?? 0);

    public bool IsEmpty => Rows.All(r => r.Values.All(v => v is null or 0));

    public int RowHeight => Label + (Series.Count * Bar) + Gap;

    public int Height => Rows.Count * RowHeight;

    /// <summary>Of the chart's width, as in <c>37.5%</c>.</summary>
    public string Width(long value) => string.Create(CultureInfo.InvariantCulture, $"{Longest * value / Largest:0.##}%");

    /// <summary>Width of the longest bar.</summary>
    public static string Track { get; } = string.Create(CultureInfo.InvariantCulture, $"{Longest}%");

    public string Say(long? value) => value is { } number ? $"{number.ToString("#,0", CultureInfo.InvariantCulture)}{Unit}" : "—";

    /// <summary>A row's values in words.</summary>
    public string Say(ChartRow row) => Series.Count == 1 ? Say(row.Values[0]) : string.Join("・", row.Values.Select((v, i) => $"{Series[i]} {Say(v)}"));
}
