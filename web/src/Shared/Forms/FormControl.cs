using System.Collections;
using System.Globalization;
using Microsoft.AspNetCore.Html;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace GrantPortal.Web.Shared.Forms;

// How the portal's forms are written. Every form is built from these elements, so that all are alike and accessible:
//
//   <p-form action="/applications/@id/office">                     method="post" unless said otherwise; antiforgery token; no browser validation
//     <p-field for="Office.Name" label="事業所名" value="@Model.Answers.Office.Name" required />
//     <p-field for="Email" label="メールアドレス" type="email" autocomplete="username" />        the value comes from the model
//     <p-field for="Password" label="パスワード" type="password" autocomplete="current-password" />   never prefilled
//     <p-field for="Amount.ReaderCost" type="yen" label="カードリーダー購入費用（税込）" value="@…" hint="…" />
//     <p-field for="Amount.CompletedOn" type="date" label="完了日" value="@…" required />
//     <p-field for="Amount.Note" type="textarea" label="備考" value="@…" rows="5" optional />
//     <p-field for="Documents.Passbook" type="file" label="通帳の写し" hint="…" accept=".pdf,.jpg,.jpeg,.png" />
//     <p-field for="Reason" type="select" label="理由" choices="@reasons" />
//     <p-field for="Receipts.Items[@i].Date" type="date" label="領収日" value="@item.Date" />
//     <p-check for="Amount.NoExcludedGoods" label="対象外の物品…を含みません" value="@Model.Answers.Amount.NoExcludedGoods" />
//     <p-checks for="Office.Services" label="サービスの種類" groups="@Choices.Services(year)" value="@Model.Answers.Office.Services" required />
//     <p-radios for="Office.Kind" label="病院・診療所の別" choices="@Choices.InstitutionKinds" value="@…" inline required />
//     <div class="actions"><button class="button">次へ</button> <button class="button secondary" name="act" value="save">一時保存する</button></div>
//   </p-form>
//
// Attributes of every control:
//   for        the posted name, which is also the ModelState key of its errors; its id is the name with dots and brackets as '_' (FieldIds.Of)
//   label      exactly the accessible name; the marks stand outside of it
//   hint       what to type; `required` / `optional` show 必須 / 任意 (neither: no mark)
//   value      what to show (a C# expression; a string literal is value="@("x")"). Left out: the model's property of that name.
//              What was typed wins where ModelState has it. Pass the posted answers back after an error: an unticked box posts nothing.
//   warning    something to look at that refuses nothing (a check digit)
//   returned   the reviewer's reason, for an item that is open in a 差戻し
//   locked     shown but not changeable (text read-only, choices disabled: they post nothing); locked-because says why
//   class      goes to the wrapping element; every other attribute (autocomplete, maxlength, data-…) goes to the input
//   <p-field …>content</p-field>: content follows the input inside the field (a lookup button, a preview).
//   width="4|7|10|13|20" on p-field: about so many characters wide. Yen and dates have their width.
//
// The layout shows the error summary by itself: every ModelState error in the order of the fields, linked to its field. A page whose errors
// belong to other pages (step ⑤) sets ViewData["ErrorLinks"] to a Func<string, string?> from field to address. The page title gets 「エラー：」.

/// <summary>Ids of fields.</summary>
public static class FieldIds
{
    /// <summary><c>Receipts.Items[0].Date</c> is <c>Receipts_Items_0__Date</c>.</summary>
    public static string Of(string name) => string.Create(name.Length, name, (id, source) =>
    {
        for (var i = 0; i < source.Length; i++) id[i] = char.IsLetterOrDigit(source[i]) || source[i] is '-' or '_' ? source[i] : '_';
    });
}

/// <summary>The names of the fields on the page in their order, kept while the page is written, for the error summary.</summary>
public static class FieldOrder
{
    private static readonly object Key = new();

    public static IReadOnlyList<string> Of(HttpContext context) => context.Items[Key] as List<string> ?? [];

    internal static void Add(HttpContext context, string name)
    {
        if (context.Items[Key] is not List<string> names) context.Items[Key] = names = [];
        names.Add(name);
    }
}

/// <summary>What all controls have in common: label, hint, error, reason of a return, lock, value.</summary>
public abstract class FormControl : TagHelper
{
    private bool valueGiven;
    private readonly List<string> describedBy = [];

    [HtmlAttributeNotBound]
    [ViewContext]
    public ViewContext ViewContext { get; set; } = null!;

    /// <summary>The posted name.</summary>
    [HtmlAttributeName("for")]
    public string For { get; set; } = "";
    public string Label { get; set; } = "";
    public string? Hint { get; set; }
    public bool Required { get; set; }
    public bool Optional { get; set; }
    public string? Warning { get; set; }
    public string? Returned { get; set; }
    public bool Locked { get; set; }

    [HtmlAttributeName("locked-because")]
    public string LockedBecause { get; set; } = "この項目は変更できません";

    public object? Value
    {
        get;
        set
        {
            field = value;
            valueGiven = true;
        }
    }

    protected string Id => FieldIds.Of(For);

    /// <summary>Messages of this field's errors.</summary>
    protected IReadOnlyList<string> Errors => Entry?.Errors.Select(e => e.ErrorMessage).Where(m => m.Length > 0).Distinct(StringComparer.Ordinal).ToList() ?? [];

    /// <summary>aria-describedby, once the descriptions have been written.</summary>
    protected string? DescribedBy => describedBy.Count == 0 ? null : string.Join(' ', describedBy);

    private ModelStateEntry? Entry => ViewContext.ViewData.ModelState.TryGetValue(For, out var entry) ? entry : null;

    /// <summary>What to show in the control, one string each: what was typed, else the given value, else the model's.</summary>
    protected IReadOnlyList<string> Shown()
    {
        var value = Entry?.RawValue ?? (valueGiven ? Value : ViewContext.ViewData.Eval(For));
        return value switch
        {
            null => [],
            string text => [text],
            IEnumerable many => [.. many.Cast<object?>().Select(Text)],
            _ => [Text(value)],
        };
    }

    /// <summary>Makes <paramref name="output"/> the wrapping element and hands back the attributes meant for the input.</summary>
    protected TagHelperAttributeList Begin(TagHelperOutput output, string tag, string kind)
    {
        FieldOrder.Add(ViewContext.HttpContext, For);
        output.TagName = tag;
        output.TagMode = TagMode.StartTagAndEndTag;
        var forInput = new TagHelperAttributeList(output.Attributes.Where(a => a.Name != "class"));
        var classes = $"{output.Attributes["class"]?.Value} field {kind}{(Errors.Count > 0 ? " invalid" : "")}{(Locked ? " locked" : "")}{(Returned is null ? "" : " returned")}".Trim();
        output.Attributes.Clear();
        output.Attributes.SetAttribute("class", classes);
        return forInput;
    }

    /// <summary>「必須」 or 「任意」, beside the label and never inside it. Controls say aria-required, so the mark is for the eyes only.</summary>
    protected IHtmlContent Mark(bool spoken = false)
    {
        if (!Required && !Optional) return HtmlString.Empty;
        var mark = Tag("span", ("class", Required ? "mark required" : "mark optional"));
        if (!spoken) mark.Attributes.SetAttribute("aria-hidden", "true");
        else Describe(mark, "mark");
        mark.Content.Append(Required ? "必須" : "任意");
        return mark;
    }

    /// <summary>Hint, reason of the return, lock, warning and errors, each tied to the control.</summary>
    protected IHtmlContent Descriptions()
    {
        var all = new HtmlContentBuilder();
        void Add(string kind, string? before, string? text)
        {
            if (string.IsNullOrEmpty(text)) return;
            var paragraph = Tag("p", ("class", $"field-{kind}"));
            Describe(paragraph, kind);
            if (before is not null)
            {
                var strong = Tag("strong");
                strong.Content.Append(before);
                paragraph.Content.AppendHtml(strong);
            }
            paragraph.Content.Append(text);
            all.AppendHtml(paragraph);
        }

        Add("hint", null, Hint);
        Add("returned", "差戻しの理由：", Returned);
        if (Locked) Add("lock", null, LockedBecause);
        Add("warning", "ご確認ください：", Warning);
        Add("error", "エラー：", string.Join(" ", Errors));
        return all;
    }

    /// <summary>An element to be written inside another.</summary>
    protected static TagHelperOutput Tag(string name, params (string Name, string Value)[] attributes) =>
        new(name, new TagHelperAttributeList(attributes.Select(a => new TagHelperAttribute(a.Name, a.Value))), (_, _) => Task.FromResult<TagHelperContent>(new DefaultTagHelperContent()))
        {
            TagMode = name is "input" ? TagMode.StartTagOnly : TagMode.StartTagAndEndTag,
        };

    protected void Describe(TagHelperOutput element, string kind)
    {
        var id = $"{Id}-{kind}";
        element.Attributes.SetAttribute("id", id);
        describedBy.Add(id);
    }

    private static string Text(object? value) => value switch
    {
        null => "",
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}

/// <summary>The portal's <c>&lt;form&gt;</c>: posts with an antiforgery token; the server, not the browser, says what is wrong.</summary>
[HtmlTargetElement("p-form")]
public sealed class PortalFormTagHelper(IHtmlGenerator html) : TagHelper
{
    [HtmlAttributeNotBound]
    [ViewContext]
    public ViewContext ViewContext { get; set; } = null!;

    public string Method { get; set; } = "post";

    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "form";
        output.Attributes.SetAttribute("method", Method);
        output.Attributes.SetAttribute(new TagHelperAttribute("novalidate", null, HtmlAttributeValueStyle.Minimized));
        if (string.Equals(Method, "post", StringComparison.OrdinalIgnoreCase) && html.GenerateAntiforgery(ViewContext) is { } token) output.PreContent.AppendHtml(token);
    }
}
