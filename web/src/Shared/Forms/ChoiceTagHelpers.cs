using GrantPortal.Domain.Programmes;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace GrantPortal.Web.Shared.Forms;

/// <summary>One option of a select, a radio group or a checkbox group.</summary>
/// <param name="Label">Exactly its accessible name.</param>
/// <param name="Hint">A second line below the label.</param>
public sealed record Choice(string Value, string Label, string? Hint = null);

/// <summary>Choices under a heading.</summary>
public sealed record ChoiceGroup(string Heading, string? Hint, IReadOnlyList<Choice> Choices);

/// <summary>Choices several forms share.</summary>
public static class Choices
{
    public static IReadOnlyList<Choice> InstitutionKinds { get; } = [new("hospital", "病院", "20床以上"), new("clinic", "診療所", "0～19床")];

    /// <summary>「11 訪問介護」 … by category (要綱 別添).</summary>
    public static IReadOnlyList<ChoiceGroup> Services(ProgrammeYear year) =>
    [
        .. year.Categories.Select(c => new ChoiceGroup(c.Name, $"上限 {c.Cap}円・カードリーダー {c.Readers}台まで", [.. c.Services.Select(s => new Choice(s.Code, s.Label))])),
    ];
}

/// <summary>One checkbox that posts <c>true</c>.</summary>
[HtmlTargetElement("p-check")]
public sealed class CheckTagHelper : FormControl
{
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var inner = await output.GetChildContentAsync();
        var given = Begin(output, "div", "field-check");
        var descriptions = Descriptions();
        var input = Tag("input", ("type", "checkbox"), ("id", Id), ("name", For), ("value", "true"));
        foreach (var attribute in given) input.Attributes.SetAttribute(attribute);
        if (Shown().Contains("true", StringComparer.OrdinalIgnoreCase)) input.Attributes.SetAttribute("checked", "");
        if (Locked) input.Attributes.SetAttribute("disabled", "");
        if (DescribedBy is { } ids) input.Attributes.SetAttribute("aria-describedby", ids);
        if (Required) input.Attributes.SetAttribute("aria-required", "true");
        if (Errors.Count > 0) input.Attributes.SetAttribute("aria-invalid", "true");
        var label = Tag("label", ("for", Id));
        label.Content.Append(Label);
        var row = Tag("div", ("class", "choice"));
        row.Content.AppendHtml(input).AppendHtml(label).AppendHtml(Mark());
        output.Content.AppendHtml(row).AppendHtml(descriptions).AppendHtml(inner);
    }
}

/// <summary>What checkbox groups and radio groups share: a fieldset whose first input has the field's id, so that the error summary leads to it.</summary>
public abstract class ChoiceListTagHelper(string type) : FormControl
{
    private bool first = true;

    public IEnumerable<Choice> Choices { get; set; } = [];

    /// <summary>Side by side where there is room.</summary>
    public bool Inline { get; set; }

    protected abstract void WriteChoices(TagHelperContent content, IReadOnlyList<string> shown, TagHelperAttributeList given);

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var inner = await output.GetChildContentAsync();
        var given = Begin(output, "fieldset", "field-choices");
        var legend = Tag("legend");
        legend.Content.Append(Label);
        output.Content.AppendHtml(legend).AppendHtml(Mark(spoken: true)).AppendHtml(Descriptions());
        if (DescribedBy is { } ids) output.Attributes.SetAttribute("aria-describedby", ids);
        WriteChoices(output.Content, Shown(), given);
        output.Content.AppendHtml(inner);
    }

    protected IHtmlContent List(IEnumerable<Choice> choices, IReadOnlyList<string> shown, TagHelperAttributeList given)
    {
        var list = Tag("div", ("class", Inline ? "choices inline" : "choices"));
        foreach (var choice in choices) list.Content.AppendHtml(One(choice, shown.Contains(choice.Value, StringComparer.Ordinal), given));
        return list;
    }

    private TagHelperOutput One(Choice choice, bool chosen, TagHelperAttributeList given)
    {
        var id = first ? Id : $"{Id}_{FieldIds.Of(choice.Value)}";
        var input = Tag("input", ("type", type), ("id", id), ("name", For), ("value", choice.Value));
        foreach (var attribute in given) input.Attributes.SetAttribute(attribute);
        if (chosen) input.Attributes.SetAttribute("checked", "");
        if (Locked) input.Attributes.SetAttribute("disabled", "");
        if (Errors.Count > 0 && first) input.Attributes.SetAttribute("aria-invalid", "true");
        first = false;
        var label = Tag("label", ("for", id));
        label.Content.Append(choice.Label);
        var row = Tag("div", ("class", "choice"));
        row.Content.AppendHtml(input).AppendHtml(label);
        if (choice.Hint is null) return row;
        var hint = Tag("span", ("class", "choice-hint"), ("id", $"{id}-note"));
        hint.Content.Append(choice.Hint);
        input.Attributes.SetAttribute("aria-describedby", $"{id}-note");
        row.Content.AppendHtml(hint);
        return row;
    }
}

/// <summary>Radio buttons.</summary>
[HtmlTargetElement("p-radios")]
public sealed class RadiosTagHelper() : ChoiceListTagHelper("radio")
{
    protected override void WriteChoices(TagHelperContent content, IReadOnlyList<string> shown, TagHelperAttributeList given) =>
        content.AppendHtml(List(Choices, shown, given));
}

/// <summary>Checkboxes with one name, in one list or in groups with a heading each.</summary>
[HtmlTargetElement("p-checks")]
public sealed class ChecksTagHelper() : ChoiceListTagHelper("checkbox")
{
    public IEnumerable<ChoiceGroup> Groups { get; set; } = [];

    protected override void WriteChoices(TagHelperContent content, IReadOnlyList<string> shown, TagHelperAttributeList given)
    {
        if (Choices.Any()) content.AppendHtml(List(Choices, shown, given));
        foreach (var group in Groups)
        {
            var legend = Tag("legend");
            legend.Content.Append(group.Heading);
            var fieldset = Tag("fieldset", ("class", "choice-group"));
            fieldset.Content.AppendHtml(legend);
            if (group.Hint is not null)
            {
                var id = $"{Id}-{FieldIds.Of(group.Heading)}";
                var hint = Tag("p", ("class", "field-hint"), ("id", id));
                hint.Content.Append(group.Hint);
                fieldset.Attributes.SetAttribute("aria-describedby", id);
                fieldset.Content.AppendHtml(hint);
            }
            fieldset.Content.AppendHtml(List(group.Choices, shown, given));
            content.AppendHtml(fieldset);
        }
    }
}
