//! The types a tensor can have, and the names of the mixtures that files are quantised to.

/// How a type stores its elements (`ggml_type` and its traits in `ggml.c`).
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TensorType {
    id: u32,
    /// As llama.cpp writes it, in capitals.
    pub(super) name: &'static str,
    /// Elements are stored in blocks of this many.
    pub(super) block_elements: u64,
    /// Size of one block.
    pub(super) block_bytes: u64,
}

/// Types 4, 5, 31 to 33 and 36 to 38 were taken out of the format.
#[rustfmt::skip]
const TENSOR_TYPES: [TensorType; 35] = [
    tensor(0, "F32", 1, 4),
    tensor(1, "F16", 1, 2),
    tensor(2, "Q4_0", 32, 18),
    tensor(3, "Q4_1", 32, 20),
    tensor(6, "Q5_0", 32, 22),
    tensor(7, "Q5_1", 32, 24),
    tensor(8, "Q8_0", 32, 34),
    tensor(9, "Q8_1", 32, 36),
    tensor(10, "Q2_K", 256, 84),
    tensor(11, "Q3_K", 256, 110),
    tensor(12, "Q4_K", 256, 144),
    tensor(13, "Q5_K", 256, 176),
    tensor(14, "Q6_K", 256, 210),
    tensor(15, "Q8_K", 256, 292),
    tensor(16, "IQ2_XXS", 256, 66),
    tensor(17, "IQ2_XS", 256, 74),
    tensor(18, "IQ3_XXS", 256, 98),
    tensor(19, "IQ1_S", 256, 50),
    tensor(20, "IQ4_NL", 32, 18),
    tensor(21, "IQ3_S", 256, 110),
    tensor(22, "IQ2_S", 256, 82),
    tensor(23, "IQ4_XS", 256, 136),
    tensor(24, "I8", 1, 1),
    tensor(25, "I16", 1, 2),
    tensor(26, "I32", 1, 4),
    tensor(27, "I64", 1, 8),
    tensor(28, "F64", 1, 8),
    tensor(29, "IQ1_M", 256, 56),
    tensor(30, "BF16", 1, 2),
    tensor(34, "TQ1_0", 256, 54),
    tensor(35, "TQ2_0", 256, 66),
    tensor(39, "MXFP4", 32, 17),
    tensor(40, "NVFP4", 64, 36),
    tensor(41, "Q1_0", 128, 18),
    tensor(42, "Q2_0", 64, 18),
];

const fn tensor(id: u32, name: &'static str, block_elements: u64, block_bytes: u64) -> TensorType {
    TensorType {
        id,
        name,
        block_elements,
        block_bytes,
    }
}

/// `general.file_type` and its name (`llama_ftype` in `llama.h`).
const FILE_TYPES: [(u32, &str); 36] = [
    (0, "F32"),
    (1, "F16"),
    (2, "Q4_0"),
    (3, "Q4_1"),
    (7, "Q8_0"),
    (8, "Q5_0"),
    (9, "Q5_1"),
    (10, "Q2_K"),
    (11, "Q3_K_S"),
    (12, "Q3_K_M"),
    (13, "Q3_K_L"),
    (14, "Q4_K_S"),
    (15, "Q4_K_M"),
    (16, "Q5_K_S"),
    (17, "Q5_K_M"),
    (18, "Q6_K"),
    (19, "IQ2_XXS"),
    (20, "IQ2_XS"),
    (21, "Q2_K_S"),
    (22, "IQ3_XS"),
    (23, "IQ3_XXS"),
    (24, "IQ1_S"),
    (25, "IQ4_NL"),
    (26, "IQ3_S"),
    (27, "IQ3_M"),
    (28, "IQ2_S"),
    (29, "IQ2_M"),
    (30, "IQ4_XS"),
    (31, "IQ1_M"),
    (32, "BF16"),
    (36, "TQ1_0"),
    (37, "TQ2_0"),
    (38, "MXFP4"),
    (39, "NVFP4"),
    (40, "Q1_0"),
    (41, "Q2_0"),
];

/// The type with this number, if llama.cpp still knows it.
pub(super) fn tensor_type(id: u32) -> Option<&'static TensorType> {
    TENSOR_TYPES.iter().find(|kind| kind.id == id)
}

/// Set in `general.file_type` where llama.cpp has guessed it (`LLAMA_FTYPE_GUESSED`).
const GUESSED: u32 = 1024;

/// The name for a file whose weights mostly have `main_type` and that calls itself `file_type`.
///
/// That most weights have another type than the name says is usual: rows that are no multiple
/// of 256 are quantised to the next best type. Only a file that is quantised and claims not to
/// be, or the other way round, is called by what its weights are made of.
pub(super) fn quantisation(
    main_type: Option<&'static str>,
    file_type: Option<u32>,
) -> &'static str {
    let file_type = file_type.map(|it| it & !GUESSED);
    let named = FILE_TYPES.iter().find(|(id, _)| Some(*id) == file_type);
    let is_whole = |name: &str| matches!(name, "F64" | "F32" | "F16" | "BF16");
    match (main_type, named) {
        (Some(main), Some((_, name))) if main != *name && is_whole(main) != is_whole(name) => main,
        (_, Some((_, name))) => name,
        (Some(main), None) => main,
        (None, None) => "",
    }
}

/// Whether `word` is the name of a quantisation, as file names carry it: one of llama.cpp's,
/// or of the mixes that publishers make of them, `Q4_K_XL` or `Q2_K_L`.
pub fn is_quantisation(word: &str) -> bool {
    let is_plain = |word: &str| {
        let is = |name: &str| name.eq_ignore_ascii_case(word);
        is("FP16")
            || FILE_TYPES.iter().any(|(_, name)| is(name))
            || TENSOR_TYPES.iter().any(|kind| is(kind.name))
    };
    let is_mix = || {
        let (known, size) = word.rsplit_once('_')?;
        let mut sizes = ["XS", "S", "M", "L", "XL", "XXL"].iter();
        let is_size = sizes.any(|it| it.eq_ignore_ascii_case(size));
        Some(is_size && is_plain(known) && known.contains(['k', 'K']))
    };
    is_plain(word) || is_mix() == Some(true)
}
