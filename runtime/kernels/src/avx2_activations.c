/* Activations with AVX2: to int8 in blocks of 32, and SwiGLU. Same layouts as scalar.c. */
#include "avx2.h"

size_t ck_avx2_act_bytes(size_t k) { return (k / CK_BLOCK + CK_GROUP - 1) / CK_GROUP * sizeof(ck_group); }

/* 32 floats to int8 in their own order, and the scale. Nothing is left below 1e-35: the inverse overflows. */
static inline __m256i quantise_block(const __m256 x[4], float *scale) {
    const __m256 magnitude = _mm256_castsi256_ps(_mm256_set1_epi32(0x7fffffff));
    __m256 largest = _mm256_setzero_ps();
    for (int i = 0; i < 4; i++) largest = _mm256_max_ps(_mm256_and_ps(x[i], magnitude), largest);
    __m128 high = _mm_max_ps(_mm256_castps256_ps128(largest), _mm256_extractf128_ps(largest, 1));
    high = _mm_max_ps(high, _mm_movehl_ps(high, high));
    const float top = _mm_cvtss_f32(_mm_max_ss(high, _mm_movehdup_ps(high)));
    if (!(top > 1e-35f)) {
        *scale = 0;
        return _mm256_setzero_si256();
    }
    *scale = top / 127.0f;
    const __m256 inverse = _mm256_set1_ps(127.0f / top);
    __m256i q[4];
    for (int i = 0; i < 4; i++) q[i] = _mm256_cvtps_epi32(_mm256_mul_ps(x[i], inverse));
    const __m256i packed = _mm256_packs_epi16(_mm256_packs_epi32(q[0], q[1]), _mm256_packs_epi32(q[2], q[3]));
    const __m256i ordered = _mm256_permutevar8x32_epi32(packed, _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7));
    return _mm256_max_epi8(ordered, _mm256_set1_epi8(-127)); /* not a number becomes -128 */
}

/* The sum of 32 int8 in every lane. */
static inline __m128i sum_of(__m256i q) {
    const __m256i pairs = _mm256_maddubs_epi16(_mm256_set1_epi8(1), q);
    const __m256i fours = _mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
    __m128i sum = _mm_add_epi32(_mm256_castsi256_si128(fours), _mm256_extracti128_si256(fours, 1));
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0x4e));
    return _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0xb1));
}

static inline void split_block(const __m256 x[4], ck_group *group, size_t b) {
    const __m256i even_odd = _mm256_setr_epi8(0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15, 0, 2, 4,
                                              6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15);
    float scale;
    const __m256i q = quantise_block(x, &scale);
    const __m256i split = _mm256_permute4x64_epi64(_mm256_shuffle_epi8(q, even_odd), 0xd8);
    _mm_storeu_si128((__m128i *)(group->q + 16 * b), _mm256_castsi256_si128(split));
    _mm_storeu_si128((__m128i *)(group->q + 64 + 16 * b), _mm256_extracti128_si256(split, 1));
    _mm_storeu_si128((__m128i *)(group->corr + 4 * b), _mm_mullo_epi32(sum_of(q), _mm_set1_epi32(-12)));
    _mm_storeu_ps(group->scale + 4 * b, _mm_set1_ps(0.5f * scale));
}

static inline void load_block(const float *x, __m256 out[4]) {
    for (int i = 0; i < 4; i++) out[i] = _mm256_loadu_ps(x + 8 * i);
}

void ck_avx2_quantise_split(const float *x, size_t k, void *act) {
    ck_group *groups = act;
    const size_t blocks = k / CK_BLOCK;
    if (blocks % CK_GROUP) memset(&groups[blocks / CK_GROUP], 0, sizeof *groups);
    for (size_t b = 0; b < blocks; b++) {
        __m256 values[4];
        load_block(x + b * CK_BLOCK, values);
        split_block(values, &groups[b / CK_GROUP], b % CK_GROUP);
    }
}

void ck_avx2_quantise_plain(const float *x, size_t k, void *act) {
    ck_group *groups = act;
    const size_t blocks = k / CK_BLOCK;
    if (blocks % CK_GROUP) memset(&groups[blocks / CK_GROUP], 0, sizeof *groups);
    for (size_t b = 0; b < blocks; b++) {
        ck_group *group = &groups[b / CK_GROUP];
        __m256 values[4];
        float scale;
        load_block(x + b * CK_BLOCK, values);
        const __m256i q = quantise_block(values, &scale);
        _mm256_storeu_si256((__m256i *)(group->q + b % CK_GROUP * CK_BLOCK), q);
        _mm_storeu_ps(group->scale + 4 * (b % CK_GROUP), _mm_set1_ps(scale));
        _mm_storeu_si128((__m128i *)(group->corr + 4 * (b % CK_GROUP)),
                         _mm_mullo_epi32(sum_of(q), _mm_set1_epi32(-128)));
    }
}

void ck_avx2_swiglu(const float *gate_up, float alpha, float limit, void *act, size_t block) {
    const __m256 most = _mm256_set1_ps(limit), least = _mm256_set1_ps(-limit), one = _mm256_set1_ps(1.0f);
    __m256 out[4];
    for (int i = 0; i < 4; i++) {
        const __m256 low = _mm256_loadu_ps(gate_up + 16 * i), high = _mm256_loadu_ps(gate_up + 16 * i + 8);
        const __m256 gates = _mm256_shuffle_ps(low, high, 0x88), ups = _mm256_shuffle_ps(low, high, 0xdd);
        __m256 gate = _mm256_castpd_ps(_mm256_permute4x64_pd(_mm256_castps_pd(gates), 0xd8));
        __m256 up = _mm256_castpd_ps(_mm256_permute4x64_pd(_mm256_castps_pd(ups), 0xd8));
        gate = _mm256_min_ps(gate, most);
        up = _mm256_max_ps(_mm256_min_ps(up, most), least);
        const __m256 e = ck_exp(_mm256_mul_ps(_mm256_set1_ps(-alpha), gate));
        out[i] = _mm256_mul_ps(_mm256_div_ps(gate, _mm256_add_ps(one, e)), _mm256_add_ps(up, one));
    }
    split_block(out, (ck_group *)act + block / CK_GROUP, block % CK_GROUP);
}
