namespace GrantPortal.Domain.Documents;

/// <summary>What is wrong with a file, in words to the applicant that say what to do.</summary>
public static class DocumentFaults
{
    public const string Encrypted = "パスワードなどで保護されたPDFのため、内容を確認できません。パスワードを外して保存し直してから、もう一度選んでください。";
    public const string BrokenPdf = "PDFが壊れているか、途中で切れています。元のファイルを開けることを確かめ、「印刷」から「PDFとして保存」し直してから、もう一度選んでください。";
    public const string NoPages = "ページのないPDFです。書類の内容が入っているファイルを選んでください。";
    public const string ActivePdf = "プログラム（JavaScriptなど）が組み込まれたPDFは受け付けられません。PDFを開き、「印刷」から「PDFとして保存」し直してから、もう一度選んでください。";
    public const string FilesInside = "ほかのファイルが添付されたPDFは受け付けられません。PDFを開き、「印刷」から「PDFとして保存」し直してから、もう一度選んでください。";
    public const string TooComplex = "ファイルの作りが複雑すぎるため、内容を確認できません。書類を印刷してスキャンするか、写真に撮ったものを選んでください。";
    public const string BrokenImage = "画像が壊れているか、途中で切れています。画像を開けることを確かめ、撮り直すか、保存し直してから、もう一度選んでください。";
    public const string TooManyPixels = "画像の画素数が多すぎます（1億画素まで）。解像度を下げて保存し直してから、もう一度選んでください。";
    public const string SomethingElseInside = "書類のほかに、別の種類のデータが入っているファイルです。画面に表示してから、PDF、JPEG、PNGのいずれかで保存し直してください。";

    /// <summary>1 megapixel is 1,000,000 of them.</summary>
    public const long MostPixels = 100_000_000;
}
