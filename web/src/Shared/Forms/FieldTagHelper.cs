using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace GrantPortal.Web.Shared.Forms;

/// <summary>One labelled input: text, email, tel, password, digits, yen, date, textarea, select, file. How to use it stands in FormControl.cs.</summary>
[HtmlTargetElement("p-field")]
public sealed class FieldTagHelper : FormControl
{
    /// <summary><c>text</c> (also email, tel, password, search), <c>digits</c>, <c>yen</c>, <c>date</c>, <c>textarea</c>, <c>select</c>, <c>file</c>.</summary>
    public string Type { get; set; } = "text";

    /// <summary>About how many characters wide: 4, 7, 10, 13 or 20; 0: as wide as the column.</summary>
    public int Width { get; set; }

    /// <summary>After the input, as in 「台」.</summary>
    public string? Suffix { get; set; }

    /// <summary>Of a select.</summary>
    public IEnumerable<Choice> Choices { get; set; } = [];

    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        var inner = await output.GetChildContentAsync();
        var given = Begin(output, "div", $"field-{Type}");
        var label = Tag("label", ("for", Id));
        label.Content.Append(Label);
        var head = Tag("div", ("class", "field-head"));
        head.Content.AppendHtml(label).AppendHtml(Mark());
        var descriptions = Descriptions();
        var (control, wrapped) = Control();
        foreach (var attribute in given) control.Attributes.SetAttribute(attribute);
        if (DescribedBy is { } ids) control.Attributes.SetAttribute("aria-describedby", ids);
        if (Required) control.Attributes.SetAttribute("aria-required", "true");
        if (Errors.Count > 0) control.Attributes.SetAttribute("aria-invalid", "true");
        output.Content.AppendHtml(head).AppendHtml(descriptions).AppendHtml(wrapped).AppendHtml(inner);
    }

    private (TagHelperOutput Control, IHtmlContent Wrapped) Control()
    {
        var suffix = Suffix ?? (Type == "yen" ? "円" : null);
        var shown = Type is not ("password" or "file") && Shown() is [var text, ..] ? text : "";
        var control = Type switch
        {
            "textarea" => Tag("textarea", ("id", Id), ("name", For), ("rows", "4")),
            "select" => Tag("select", ("id", Id), ("name", For)),
            _ => Tag("input", ("id", Id), ("name", For), ("type", Type is "yen" or "digits" ? "text" : Type)),
        };
        if (Type == "textarea") control.Content.Append("\n" + shown); // the parser drops one leading line break
        else if (Type == "select") AddOptions(control, shown);
        else if (Type is not ("password" or "file")) control.Attributes.SetAttribute("value", shown);
        if (Type is "yen" or "digits")
        {
            control.Attributes.SetAttribute("inputmode", "numeric");
            control.Attributes.SetAttribute("autocomplete", "off");
        }
        if (Locked) control.Attributes.SetAttribute(Type is "select" or "file" ? "disabled" : "readonly", "");
        if (Width > 0) control.Attributes.SetAttribute("class", $"width-{Width}");
        if (suffix is null) return (control, control);

        var unit = Tag("span", ("class", "suffix"));
        Describe(unit, "unit");
        unit.Content.Append(suffix);
        var row = Tag("div", ("class", "with-suffix"));
        row.Content.AppendHtml(control).AppendHtml(unit);
        return (control, row);
    }

    private void AddOptions(TagHelperOutput select, string shown)
    {
        foreach (var choice in Choices)
        {
            var option = Tag("option", ("value", choice.Value));
            if (choice.Value == shown) option.Attributes.SetAttribute("selected", "");
            option.Content.Append(choice.Label);
            select.Content.AppendHtml(option);
        }
    }
}
