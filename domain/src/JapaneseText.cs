using System.Globalization;
using System.Text;

namespace GrantPortal.Domain;

/// <summary>Normalisation of what Japanese keyboards produce, so that nobody is sent back for a full-width digit.</summary>
public static class JapaneseText
{
    /// <summary>Compatibility-normalised (NFKC) and trimmed: full-width letters and digits become ASCII, half-width katakana become full-width.</summary>
    public static string Narrow(string? text) => Compose(text ?? "").Trim();

    /// <summary>For codes: <see cref="Narrow"/>, upper case, without spaces and every kind of hyphen.</summary>
    public static string Code(string? text)
    {
        var narrow = Narrow(text).ToUpperInvariant();
        var result = new StringBuilder(narrow.Length);
        foreach (var c in narrow)
            if (!char.IsWhiteSpace(c) && c is not ('-' or '‐' or '‑' or '–' or '—' or '―' or '−' or 'ー')) result.Append(c);
        return Compose(result.ToString()).ToUpperInvariant();
    }

    /// <summary>Single-line text: line breaks and runs of white space become one space, trimmed. Width is left as typed.</summary>
    public static string Line(string? text) =>
        string.Join(' ', (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>
    /// A bank account's holder: hiragana and half-width kana become full-width katakana, letters upper-case ASCII, dashes one form,
    /// spaces single. What cannot be said in katakana (kanji) stays, and is refused by <see cref="IsAccountHolder"/>.
    /// </summary>
    public static string AccountHolder(string? text)
    {
        var source = Line(Narrow(text)).ToUpperInvariant();
        var result = new StringBuilder(source.Length);
        foreach (var c in source)
            result.Append(c switch
            {
                >= 'ぁ' and <= 'ゖ' => (char)(c + 0x60),
                '‐' or '‑' or '–' or '—' or '―' or '−' => '-',
                '、' or '，' => ',',
                '・' => '.',
                _ => c,
            });
        return Compose(result.ToString());
    }

    /// <summary>Katakana, digits, capital letters, space and ( ) - . only, as bank transfers allow (全銀協).</summary>
    public static bool IsAccountHolder(string text) =>
        text.Length > 0 && text.All(c => c is (>= 'ァ' and <= 'ヴ') or 'ー' or ' ' or '(' or ')' or '-' or '.' || char.IsAsciiDigit(c) || char.IsAsciiLetterUpper(c));

    /// <summary>For searching: width, case, kana kind and spaces do not matter.</summary>
    public static string SearchKey(string? text)
    {
        var source = Narrow(text).ToUpperInvariant();
        var result = new StringBuilder(source.Length);
        foreach (var c in source)
            if (!char.IsWhiteSpace(c)) result.Append(c is >= 'ぁ' and <= 'ゖ' ? (char)(c + 0x60) : c);
        return Compose(result.ToString()).ToUpperInvariant();
    }

    /// <summary>For comparing companies: as for searching, and the form of the company does not matter.</summary>
    public static string CompanyKey(string? name)
    {
        var key = SearchKey(name);
        foreach (var form in CompanyForms) key = key.Replace(form, "", StringComparison.Ordinal);
        return key;
    }

    private static readonly string[] CompanyForms = ["株式会社", "有限会社", "合同会社", "合資会社", "(株)", "(有)", "(同)"];

    /// <summary>Whether text is well-formed and free of control characters, so that every store, font and export can hold it.</summary>
    /// <param name="lines">Whether line feeds and tabs are allowed.</param>
    public static bool IsWritable(string text, bool lines = false)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsSurrogatePair(text, i)) i++;
            else if (char.IsSurrogate(text[i]) || text[i] is '\uFFFE' or '\uFFFF') return false;
            else if (char.IsControl(text[i]) && !(lines && text[i] is '\n' or '\t')) return false;
        }
        return true;
    }

    /// <summary>
    /// NFKC of anything that can be typed or posted. string.Normalize throws on lone surrogates and U+FFFE, which become U+FFFD here, and takes
    /// seconds for a long run of combining marks (its reordering is quadratic), so marks after the first thirty of a run are dropped; no script
    /// stacks that many (the stream-safe limit of Unicode annex 15).
    /// </summary>
    private static string Compose(string text)
    {
        if (Ascii.IsValid(text)) return text;
        StringBuilder? safe = null;
        var (at, marks) = (0, 0);
        foreach (var rune in text.EnumerateRunes()) // a lone surrogate is enumerated as U+FFFD
        {
            marks = IsMark(rune) ? marks + 1 : 0;
            var bad = rune.Value is 0xFFFD or 0xFFFE;
            if ((bad || marks > 30) && safe is null) safe = new StringBuilder(text, 0, at, text.Length);
            at += rune.Utf16SequenceLength;
            if (bad) safe!.Append('\uFFFD');
            else if (marks <= 30) safe?.Append(rune.ToString());
        }
        return (safe?.ToString() ?? text).Normalize(NormalizationForm.FormKC);
    }

    /// <summary>Half-width ﾞ and ﾟ become combining marks only when normalised.</summary>
    private static bool IsMark(Rune rune) => rune.Value is 'ﾞ' or 'ﾟ'
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;
}
